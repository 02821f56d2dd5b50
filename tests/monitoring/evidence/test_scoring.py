"""Precision and recall are counted as they are defined."""

import pytest

from opsconductor.monitoring.evidence.incident import Worth
from opsconductor.monitoring.evidence.results import Judged, Outcome
from opsconductor.monitoring.evidence.scoring import Count, race, score, verdict

SILENT = Outcome(page=None, calls=0, spent=None, reset=None, alert=None)
TICKET = SILENT.model_copy(update={"alert": 50.0})


def paged(at: float, calls: int = 1, spent: float = 0.01) -> Outcome:
    """A page at that second."""
    return Outcome(page=at, calls=calls, spent=spent, reset=100, alert=at)


def judged(outcome: Outcome, other: Outcome = SILENT) -> Judged:
    """An incident with the outcomes of two approaches."""
    return Judged(spent=0.1, night=1, worths={}, outcomes={"one": outcome, "other": other})


MARKS = {
    "caught": Worth.PAGE,
    "late": Worth.PAGE,
    "told": Worth.PAGE,
    "missed": Worth.PAGE,
    "slow": Worth.TICKET,
    "loud": Worth.NOTHING,
    "quiet": Worth.NOTHING,
}
JUDGED = {
    "caught": judged(paged(10), paged(5)),
    "late": judged(paged(30, spent=0.5), paged(15)),
    "told": judged(TICKET, paged(1)),
    "missed": judged(SILENT),
    "slow": judged(TICKET),
    "loud": judged(paged(7, calls=3)),
    "quiet": judged(SILENT),
}


def test_pages_are_held_against_what_was_worth_one() -> None:
    """Two of four caught, one of three in vain: a ticket is no page."""
    found = score(JUDGED, MARKS, "one")
    assert found.pages == Count(right=2, false=1, missed=2)
    assert found.pages.precision == pytest.approx(2 / 3)
    assert found.pages.recall == 0.5


def test_telling_anybody_is_held_against_what_was_worth_anything() -> None:
    """Of five worth a page or a ticket four were told somehow, and one alert was for nothing."""
    assert score(JUDGED, MARKS, "one").alerts == Count(right=4, false=1, missed=1)


def test_calls_are_counted_each_and_times_of_the_right_ones() -> None:
    """Three calls for nothing are three calls; the false page's speed does not count."""
    found = score(JUDGED, MARKS, "one")
    assert (found.calls, found.false_calls) == (5, 3)
    assert (found.detection, found.worst_spent) == (20, 0.5)


def test_a_race_is_run_where_both_arrived() -> None:
    """Only incidents that both rightly paged for compare two approaches' speed."""
    found = race(JUDGED, MARKS, "one", "other")
    assert (found.incidents, found.one, found.other) == (2, 20, 10)


def test_nothing_called_has_no_precision() -> None:
    """An empty count is not a perfect one."""
    assert Count(0, 0, 3).precision is None
    assert Count(0, 2, 0).recall is None


@pytest.mark.parametrize(
    ("worth", "outcome", "said"),
    [
        (Worth.PAGE, paged(1), "right page"),
        (Worth.PAGE, TICKET, "only a ticket"),
        (Worth.PAGE, SILENT, "missed"),
        (Worth.TICKET, paged(1), "false page"),
        (Worth.TICKET, TICKET, "right ticket"),
        (Worth.TICKET, SILENT, "missed"),
        (Worth.NOTHING, paged(1), "false page"),
        (Worth.NOTHING, TICKET, "false ticket"),
        (Worth.NOTHING, SILENT, "rightly silent"),
    ],
)
def test_a_verdict_names_what_happened(worth: Worth, outcome: Outcome, said: str) -> None:
    """Every pair of what was right and what was done has one name."""
    assert verdict(worth, outcome) == said
