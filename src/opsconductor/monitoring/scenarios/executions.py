"""Tool runs as the metrics of automation-service show them."""

from collections.abc import Mapping, Sequence

from opsconductor.contract import AUTOMATION, CALLER_REASONS, SERVICE_REASONS, Reason, Status
from opsconductor.contract.families import AI_REQUEST_ERRORS, AI_REQUESTS
from opsconductor.monitoring.scenario import Series, named
from opsconductor.monitoring.scenarios.ratio import Traffic
from opsconductor.monitoring.scenarios.timeline import counter

TOOLS: Mapping[str, float] = {"echo": 0.7, "ping": 0.3}
"""Which tools are run, and their shares of the traffic."""
_WEIGHT = len(SERVICE_REASONS) * (len(SERVICE_REASONS) + 1) / 2
REASONS: Mapping[str, float] = {
    reason: number / _WEIGHT for number, reason in enumerate(SERVICE_REASONS, 1)
}
"""Every reason that the service answers for has a share of its own in the failures."""


def target(service: str = AUTOMATION) -> dict[str, str]:
    """The labels that a scrape adds."""
    return {"service": service, "job": service, "instance": f"{service}:3003"}


def runs(
    of: Traffic,
    *,
    tools: Mapping[str, float] = TOOLS,
    service: str = AUTOMATION,
    restarts: Sequence[int] = (),
    missed: Sequence[int] = (),
    plain: bool = False,
) -> Series:
    """The counters of runs and of their errors, every known label set from the start.

    `plain` runs one tool, which fails for one reason.
    """
    if plain:
        tools = {"echo": 1.0}
    reasons = {Reason.INTERNAL: 1.0} if plain else REASONS

    def shown(counts: Sequence[float], share: float) -> str:
        return counter([each * share for each in counts], restarts=restarts, missed=missed)

    series: Series = {}
    for tool, share in tools.items():
        labels = {"tool": tool, **target(service)}
        ended = (of.failed + of.mistaken).counts
        status = {Status.SUCCESS: of.succeeded.counts, Status.ERROR: ended}
        for each, counts in status.items():
            series[named(AI_REQUESTS.name, status=each, **labels)] = shown(counts, share)
        for reason, part in reasons.items():
            name = named(AI_REQUEST_ERRORS.name, reason=reason, **labels)
            series[name] = shown(of.failed.counts, share * part)
        for reason in () if plain else CALLER_REASONS:
            name = named(AI_REQUEST_ERRORS.name, reason=reason, **labels)
            series[name] = shown(of.mistaken.counts, share / len(CALLER_REASONS))
    return series
