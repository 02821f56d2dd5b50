"""What a sentence leaves in the metrics; a probe's sentence leaves nothing."""

from opsconductor.contract import STAGES, Reason, Status, families
from opsconductor.telemetry import Telemetry

SERVICE_FAILURES = frozenset(
    {Reason.TIMEOUT, Reason.CANCELLED, Reason.BAD_GATEWAY, Reason.INTERNAL}
)
"""Reasons for which the pipeline counts a sentence as an error.

A sentence is an error only where the service side failed: automation-service was away, a run timed
out, was cancelled or broke down. It is a success where the pipeline did its work: when it asks
back, says that no tool does that, or says honestly that the caller's target is down, that a place
may not be looked at or that a program is not installed.
"""


class PipelineMetrics:
    """The `pipeline_*` families, bound ahead."""

    def __init__(self, telemetry: Telemetry) -> None:
        requests = telemetry.counter(families.PIPELINE_REQUESTS)
        self._requests = {status: requests.bind(status=status) for status in Status}
        self._duration = telemetry.histogram(families.PIPELINE_REQUEST_DURATION).bind()
        stages = telemetry.histogram(families.PIPELINE_STAGE_DURATION)
        self._stages = {stage: stages.bind(stage=stage) for stage in STAGES}
        self._errors = telemetry.counter(families.PIPELINE_STAGE_ERRORS)

    def stage_ended(self, stage: str, seconds: float, trace_id: str) -> None:
        """Record how long a stage took."""
        self._stages[stage].observe(seconds, trace_id=trace_id)

    def stage_failed(self, stage: str, reason: str) -> None:
        """Count a stage that could not do its work, or a step of it, by reason."""
        self._errors.bind(stage=stage, reason=reason).inc()

    def ended(self, seconds: float, trace_id: str, *, failed: bool) -> None:
        """Count a sentence; `failed` where the service side is to blame."""
        status = Status.ERROR if failed else Status.SUCCESS
        self._requests[status].inc(trace_id=trace_id)
        self._duration.observe(seconds, trace_id=trace_id)
