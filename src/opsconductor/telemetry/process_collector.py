"""What the process tells of itself, read when somebody scrapes."""

from collections.abc import Iterable, Iterator

from prometheus_client import ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from opsconductor.contract import Family, process_families

READ = (
    process_families.RESIDENT_MEMORY,
    process_families.CPU,
    process_families.OPEN_FDS,
    process_families.MAX_FDS,
    process_families.START_TIME,
)
"""What can be read."""


class OwnProcess(Collector):
    """The values are the client library's, what is said of them the contract's.

    A family of which the operating system tells nothing is not on the page.
    """

    def __init__(self, exposed: Iterable[Family]) -> None:
        self._exposed = tuple(exposed)
        self._source = ProcessCollector(registry=None)

    def collect(self) -> Iterator[Metric]:
        """The families, each with its one series."""
        values = {
            sample.name: sample.value
            for metric in self._source.collect()
            for sample in metric.samples
        }
        for family in self._exposed:
            value = values.get(family.name)
            if value is not None:
                make = CounterMetricFamily if family.kind == "counter" else GaugeMetricFamily
                yield make(family.name, family.help, value=value)
