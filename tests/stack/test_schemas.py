"""The contract's schema and a live one, against every series of a running system."""

import anyio
import pytest
from tests.stack.system import System, eventually

from opsconductor.cli.schema_sources import schema_of_prometheus
from opsconductor.client.prometheus import PrometheusClient
from opsconductor.contract import recorded
from opsconductor.monitoring.promql.contract_schema import contract_schema
from opsconductor.monitoring.promql.schema import Metric

pytestmark = pytest.mark.stack

SETTLED_SECONDS = 60


def complaints(metric: Metric, labels: dict[str, str]) -> list[str]:
    """What of a real series the schema does not admit."""
    wrong = []
    for name, value in labels.items():
        values = metric.labels.get(name)
        if values is None and not metric.open:
            wrong.append(f"{metric.name} has no label {name}")
        elif values is not None and values.known is not None and value not in values.known:
            wrong.append(f"{metric.name}: {name} cannot be {value!r}")
    for name, values in metric.labels.items():
        if not values.optional and name not in labels:
            wrong.append(f"{metric.name} lacks {name}")
    return wrong


def test_every_series_of_a_running_system_fits_the_contracts_schema(system: System) -> None:
    """A label or value that the schema excludes would make lint call a working rule broken."""
    schema = contract_schema(system.settings)
    real = eventually(lambda: _scraped(system), SETTLED_SECONDS, "every target is scraped")
    declared = {name: metric for name, metric in schema.metrics.items() if not metric.optional}
    seen = {labels["__name__"] for labels in real} & set(declared)
    assert len(seen) > 40
    wrong = [
        text
        for labels in real
        if labels["__name__"] in declared
        for text in complaints(
            declared[labels["__name__"]],
            {name: value for name, value in labels.items() if name != "__name__"},
        )
    ]
    assert sorted(set(wrong)) == []


def _scraped(system: System) -> list[dict[str, str]] | None:
    """Every series, once the slowest have come: a foreign target's and a recorded ratio."""
    real = anyio.run(_series, system.url("prometheus"))
    names = {labels["__name__"] for labels in real}
    late = {"alertmanager_notifications_total", recorded.TOOL_ERROR_RATIO.name}
    return real if late <= names else None


async def _series(url: str) -> list[dict[str, str]]:
    async with PrometheusClient(url) as prometheus:
        return [dict(sample.metric) for sample in await prometheus.query('{__name__!=""}')]


def test_the_live_schema_agrees_with_the_contract(system: System) -> None:
    """Kinds, bounds and intervals read from the server must be those that are declared."""
    contract = contract_schema(system.settings)
    assert eventually(lambda: _scraped(system), SETTLED_SECONDS, "every target is scraped")
    live = anyio.run(schema_of_prometheus, system.url("prometheus"), set(contract.metrics))
    both = [name for name in contract.metrics if name in live.metrics and name != "ALERTS"]
    assert len(both) > 40
    for name in both:
        declared, real = contract.metrics[name], live.metrics[name]
        # Facts about a promise, such as its period, are recorded from rules that tell no kind.
        if declared.computed != "other":
            told = (declared.kind, declared.part)
            # Of a foreign histogram the sum and the count may be declared as what they are read as.
            if real.part in {"sum", "count"} and told == ("counter", ""):
                told = ("histogram", real.part)
            assert (name, real.kind, real.part) == (name, *told)
        assert real.bounds == declared.bounds
        if not real.open and not declared.computed:
            assert real.scrape_interval == declared.scrape_interval
