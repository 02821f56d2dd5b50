"""What a check found, and what every check is given."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import httpx

from opsconductor.client.alertmanager import AlertmanagerClient
from opsconductor.client.prometheus import PrometheusClient
from opsconductor.settings import Settings


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: `advice` says what to do, and is empty where all is well."""

    what: str
    said: str
    advice: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing has to be done."""
        return not self.advice


@dataclass(frozen=True, slots=True)
class Running:
    """The running system: its settings and a client of each server that is asked."""

    settings: Settings
    prometheus: PrometheusClient
    alertmanager: AlertmanagerClient
    console: httpx.AsyncClient
    supervisor: httpx.AsyncClient


Check = Callable[[Running], AsyncIterator[Finding]]
