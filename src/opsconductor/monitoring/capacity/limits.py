"""What a single Prometheus meets first as the system grows, and what to use from there on."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from opsconductor.monitoring.capacity.model import Model
from opsconductor.monitoring.capacity.plan import Plan, plan
from opsconductor.monitoring.capacity.workload import MOST_SERVICES, Workload

HALF = 0.5
FLOW_OF_THOUGHT, ATTENTION = 1.0, 10.0
"""Seconds after which a person's flow of thought is broken, and after which they do something else.
Source: J. Nielsen, "Usability Engineering" (1993), chapter 5."""
MANY_SHARDS = 10
"""From so many servers on, running and rebalancing them by hand is more work than a clustered
store. Ours; there is no figure to cite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A figure of the plan that must stay below `most`; why, and what is done beyond it.

    Beyond a bound with `divides` the system no longer fits one server.
    """

    name: str
    figure: Callable[[Plan], float]
    most: Callable[[Workload], float]
    says: str
    because: str
    then: str
    divides: bool = True


BOUNDS = (
    Bound(
        name="burn over 30 d, raw, 1 s",
        figure=lambda found: found.raw_query,
        most=lambda _: FLOW_OF_THOUGHT,
        says="a raw burn ratio over 30 d takes 1 s",
        because="a reader's flow of thought breaks (Nielsen)",
        then="recording rules: ask for what the rules recorded, both sides of the ratio",
        divides=False,
    ),
    Bound(
        name="burn over 30 d, raw, 10 s",
        figure=lambda found: found.raw_query,
        most=lambda _: ATTENTION,
        says="a raw burn ratio over 30 d takes 10 s",
        because="the reader goes away (Nielsen)",
        then="keep raw long windows out of dashboards altogether",
        divides=False,
    ),
    Bound(
        name="rules",
        figure=lambda found: found.evaluation,
        most=lambda given: HALF * given.rule_interval,
        says="all rules once take a core half of their interval",
        because=(
            "a group that is not done when it is due again misses that evaluation, and a start, a "
            "compaction or a query takes its share"
        ),
        then="shards: each records both sides of its own ratios; one above federates and adds them",
    ),
    Bound(
        name="memory",
        figure=lambda found: found.peak,
        most=lambda given: HALF * given.memory,
        says="a start or a compaction takes half of the memory",
        because="the other half is the page cache of the mapped blocks, and what queries need",
        then="shards, or more memory",
    ),
    Bound(
        name="processor",
        figure=lambda found: found.processor,
        most=lambda given: HALF * given.processors,
        says="scraping and rules take half of the cores",
        because="the other half is for queries, compactions and a start's reading of the log",
        then="shards, or more cores",
    ),
    Bound(
        name="start",
        figure=lambda found: found.restart,
        most=lambda _: 60.0,
        says="a start reads the log for a minute",
        because=(
            "that long nothing is scraped or alerted on: whoever watches Prometheus calls after a "
            "minute"
        ),
        then="two replicas, started one after the other",
        divides=False,
    ),
)
"""In the order in which they are listed; each must hold by itself."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A bound, whether the plan is within it, and up to how many services and series it holds.

    None where no number of services reaches it.
    """

    bound: Bound
    within: bool
    services: int | None
    series: int | None


@dataclass(frozen=True, slots=True)
class Growth:
    """The limits of one server, the first of them that divides, and how many servers are needed."""

    limits: tuple[Limit, ...]
    first: Limit | None
    shards: int | None


def growth(workload: Workload, found: Model) -> Growth:
    """Where the workload meets each bound if nothing but the number of services grows.

    Without a number of shards not even a single service fits the machine.
    """
    limits = tuple(_limit(one, workload, found) for one in BOUNDS)
    dividing = [one for one in limits if one.bound.divides and one.services is not None]
    first = min(dividing, key=lambda one: one.services or 0, default=None)
    if first is None:
        return Growth(limits, None, 1)
    fits = first.services or 0
    return Growth(limits, first, -(-workload.services // fits) if fits else None)


def _limit(bound: Bound, workload: Workload, found: Model) -> Limit:
    def fits(services: int) -> bool:
        planned = plan(replace(workload, services=services), found)
        return bound.figure(planned) <= bound.most(workload)

    within = fits(workload.services)
    if fits(MOST_SERVICES):
        return Limit(bound, within, None, None)
    if not fits(1):
        return Limit(bound, within, 0, 0)
    least, most = 1, MOST_SERVICES
    while most - least > 1:
        middle = (least + most) // 2
        least, most = (middle, most) if fits(middle) else (least, middle)
    series = plan(replace(workload, services=least), found).series
    return Limit(bound, within, least, series)
