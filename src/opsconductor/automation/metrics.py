"""What a request to run a tool leaves in the metrics: one place, so that the sums agree."""

from collections.abc import Mapping
from functools import partial

from opsconductor.automation.tool import Tool
from opsconductor.contract import PLATFORMS, UNKNOWN, Reason, Status, families
from opsconductor.telemetry import Telemetry


class RunMetrics:
    """Counts each request to run a tool exactly once: its outcome, its reason, its duration."""

    def __init__(self, telemetry: Telemetry) -> None:
        self._telemetry = telemetry
        self._requests = telemetry.counter(families.AI_REQUESTS)
        self._errors = telemetry.counter(families.AI_REQUEST_ERRORS)
        self._durations = telemetry.histogram(families.AI_REQUEST_DURATION)
        self._tools: Mapping[str, Tool] = {}
        platforms = telemetry.gauge(families.AI_TOOLS)
        for platform in PLATFORMS:
            platforms.bind(platform=platform).follow(partial(self._count, platform))

    def admit(self, tools: Mapping[str, Tool]) -> None:
        """Give the catalogue's tools label values of their own, up to the limit."""
        self._tools = tools
        self._telemetry.admit("tool", tools)

    def ended(self, tool: str, reason: Reason | None, seconds: float, trace_id: str) -> None:
        """Count a request; `reason` is None where it succeeded.

        A name that is not in the catalogue is a client's invention and counts as `unknown`.
        """
        label = tool if tool in self._tools else UNKNOWN
        status = Status.SUCCESS if reason is None else Status.ERROR
        self._requests.bind(status=status, tool=label).inc(trace_id=trace_id)
        if reason is not None:
            self._errors.bind(reason=reason, tool=label).inc(trace_id=trace_id)
        self._durations.bind(tool=label).observe(seconds, trace_id=trace_id)

    def _count(self, platform: str) -> int:
        return sum(tool.platform == platform for tool in self._tools.values())
