"""What Prometheus and Alertmanager last said about alerts, kept while they do not answer."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from opsconductor.client.alertmanager import Alert, AlertmanagerClient, Silence
from opsconductor.client.prometheus import PrometheusClient, Rule, RuleGroup
from opsconductor.console.source import Source

POLL_SECONDS = 10.0
"""Between polls while nobody looks at the alerts; the pill on every page lives on it."""
FRESH_SECONDS = 1.0
"""An answer this young is not asked for again."""
TIMEOUT_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Delivery:
    """What Alertmanager holds: its alerts, and its silences by id."""

    alerts: Sequence[Alert] = ()
    silences: Mapping[str, Silence] = field(default_factory=dict)


class AlertBoard:
    """Polls both services; `rules` and `delivery` always have the last known answer."""

    def __init__(self, prometheus: PrometheusClient, alertmanager: AlertmanagerClient) -> None:
        self._prometheus = prometheus
        self._alertmanager = alertmanager
        self._asking = asyncio.Lock()
        self._asked = float("-inf")
        self.rules: Source[Sequence[RuleGroup]] = Source("Prometheus", ())
        self.delivery: Source[Delivery] = Source("Alertmanager", Delivery())

    @asynccontextmanager
    async def polling(self, period: float = POLL_SECONDS) -> AsyncIterator[None]:
        """Keep the board current while the block runs."""
        task = asyncio.create_task(self._poll(period))
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def refresh(self) -> None:
        """Ask both services now, unless somebody just did. Never raises for one that is down."""
        async with self._asking:
            clock = asyncio.get_running_loop().time
            if clock() - self._asked < FRESH_SECONDS:
                return
            await asyncio.gather(
                self.rules.ask(self._prometheus.rules), self.delivery.ask(self._delivery)
            )
            self._asked = clock()

    def alerting_rules(self) -> list[Rule]:
        """Every alerting rule, in the order of the groups."""
        return [
            rule for group in self.rules.value for rule in group.rules if rule.type == "alerting"
        ]

    async def _delivery(self) -> Delivery:
        alerts, silences = await asyncio.gather(
            self._alertmanager.alerts(), self._alertmanager.silences()
        )
        return Delivery(alerts, {silence.id: silence for silence in silences})

    async def _poll(self, period: float) -> None:
        while True:
            await self.refresh()
            await asyncio.sleep(period)
