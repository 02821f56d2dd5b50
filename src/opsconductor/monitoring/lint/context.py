"""What rules are held against besides the metrics: receivers, runbooks, the server's settings."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from opsconductor.monitoring.slo.promise import Options
from opsconductor.objectives import RECEIVERS


class Routing(Protocol):
    """Where Alertmanager would send an alert."""

    def silent(self, labels: Mapping[str, str], possible: Collection[str] | None) -> str | None:
        """Why nobody is told of an alert with these labels; None where somebody is, or may be.

        `possible` are further labels that it may have; None means any.
        """


@dataclass(frozen=True, slots=True)
class Context:
    """`runbooks` are the names of the pages below `runbook_base`; None where they are not known.

    `receivers` says which severity reaches whom, unless `routing` knows better; with none of both
    nothing is known of who is told. `interval` is the
    seconds between evaluations of a group that names none; None where it is not known. `alerts`
    are the expressions, by name, of alerts that dashboards are held against unless a linted rule
    file has an alert of the name. `slo_options` are what SLOs would be compiled with.
    """

    receivers: Mapping[str, str] = field(
        default_factory=lambda: {str(key): str(value) for key, value in RECEIVERS.items()}
    )
    routing: Routing | None = None
    runbook_base: str = ""
    runbooks: frozenset[str] | None = None
    interval: float | None = None
    alerts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    slo_options: Options = field(default_factory=Options)
