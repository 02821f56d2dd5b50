"""Precision, recall and price of an approach over judged incidents.

Events are counted, as the book defines the two: precision is the share of the events called for
that were significant, recall the share of the significant events that were called for.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median

from opsconductor.monitoring.evidence.incident import Worth
from opsconductor.monitoring.evidence.results import Judged, Outcome


@dataclass(frozen=True, slots=True)
class Count:
    """Events that were called for rightly, wrongly, and not although they deserved it."""

    right: int
    false: int
    missed: int

    @property
    def precision(self) -> float | None:
        """None if nothing was called for."""
        called = self.right + self.false
        return self.right / called if called else None

    @property
    def recall(self) -> float | None:
        """None if nothing deserved a call."""
        deserving = self.right + self.missed
        return self.right / deserving if deserving else None


@dataclass(frozen=True, slots=True)
class Score:
    """An approach as a pager, and as anything that tells somebody.

    `pages` counts incidents that are worth a page against those paged for, `alerts` those worth a
    page or a ticket against those that raised either. `calls` is how often the pager went off,
    `false_calls` how often for what was not worth it. The rest is of the rightly paged: median
    seconds to the page, median and greatest share of the budget gone by then, median seconds from
    the last error to the end of the last page.
    """

    pages: Count
    alerts: Count
    calls: int
    false_calls: int
    detection: float | None
    spent: float | None
    worst_spent: float | None
    reset: float | None


def score(judged: Mapping[str, Judged], worths: Mapping[str, Worth], approach: str) -> Score:
    """The approach's score, by incident keys; `worths` is what each incident deserved."""
    seen = [(worths[key], one.outcomes[approach]) for key, one in judged.items()]
    right = [out for worth, out in seen if worth is Worth.PAGE and out.page is not None]
    wrong = [out for worth, out in seen if worth is not Worth.PAGE]
    return Score(
        pages=_count((worth is Worth.PAGE, out.page is not None) for worth, out in seen),
        alerts=_count((worth is not Worth.NOTHING, out.alert is not None) for worth, out in seen),
        calls=sum(out.calls for _, out in seen),
        false_calls=sum(out.calls for out in wrong),
        detection=_median(out.page for out in right),
        spent=_median(out.spent for out in right),
        worst_spent=max((out.spent for out in right if out.spent is not None), default=None),
        reset=_median(out.reset for out in right),
    )


def verdict(worth: Worth, outcome: Outcome) -> str:
    """What an approach did, in the words of the legend."""
    if outcome.page is not None:
        return "right page" if worth is Worth.PAGE else "false page"
    told = outcome.alert is not None
    if worth is Worth.PAGE:
        return "only a ticket" if told else "missed"
    if worth is Worth.TICKET:
        return "right ticket" if told else "missed"
    return "false ticket" if told else "rightly silent"


def _count(cases: Iterable[tuple[bool, bool]]) -> Count:
    """Of pairs (deserved, called)."""
    found = list(cases)
    return Count(
        right=sum(deserved and called for deserved, called in found),
        false=sum(called and not deserved for deserved, called in found),
        missed=sum(deserved and not called for deserved, called in found),
    )


def _median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None


@dataclass(frozen=True, slots=True)
class Race:
    """Two approaches on the incidents that both rightly paged for: median seconds to the page."""

    incidents: int
    one: float | None
    other: float | None


def race(judged: Mapping[str, Judged], worths: Mapping[str, Worth], one: str, other: str) -> Race:
    """Compare the two, by approach keys, where a comparison of times is fair."""
    both = [
        pages
        for key, found in judged.items()
        if worths[key] is Worth.PAGE
        and None not in (pages := (found.outcomes[one].page, found.outcomes[other].page))
    ]
    return Race(len(both), _median(pair[0] for pair in both), _median(pair[1] for pair in both))
