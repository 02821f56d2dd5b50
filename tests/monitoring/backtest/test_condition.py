"""What tells where an alert can yield anything reads no series that has to be recorded first."""

import pytest

from opsconductor.monitoring.backtest.condition import Recorded, condition
from opsconductor.monitoring.mutation.tree import Selector

LABELS = {"slo": "a", "service": "s"}
RULES = {
    "r:events": Recorded("sum by (tool) (rate(events_total[5m]))", LABELS, written_out=True),
    "r:errors": Recorded(
        "sum by (tool) (rate(errors_total[5m])) or on (tool) r:events * 0", LABELS, written_out=True
    ),
    "r:ratio": Recorded("r:errors / (r:events > 0) or r:events * 0", LABELS, written_out=True),
    "r:kept": Recorded("sum(rate(errors_total[5m]))", LABELS, written_out=False),
    "r:raw": Recorded("rate(errors_total[5m])", LABELS, written_out=True),
    "r:by": Recorded("sum by (service) (rate(errors_total[5m]))", LABELS, written_out=True),
    "r:other": Recorded("sum(rate(b_total[5m]))", {"slo": "b"}, written_out=True),
    "r:days": Recorded("sum_over_time(r:kept[3d]) / 100", LABELS, written_out=True),
    "r:plain": Recorded("rate(errors_total[5m])", {}, written_out=True),
    "r:self": Recorded("r:self + r:self", LABELS, written_out=True),
}
ERRORS = "sum by (tool) (rate(errors_total[5m]))"
EVENTS = "sum by (tool) (rate(events_total[5m]))"


def recordings(selector: Selector) -> Recorded | None:
    """What the rules above record; a window reads what is stored."""
    found = RULES.get(selector.name)
    if found and selector.window is not None:
        return Recorded(found.expr, found.labels, written_out=False)
    return found


@pytest.mark.parametrize(
    ("expression", "written"),
    [
        ("r:events > 1", f"{EVENTS} > 1"),
        ("r:errors > 0", f"{ERRORS} > 0"),
        ('r:ratio{slo="a"} / 0.01 > 6', f"(({ERRORS} / ({EVENTS} > 0)) / 0.01) > 6"),
        ("max by (service, tool) (r:ratio) >= 0.05",
         f"max by (service, tool) ({ERRORS} / ({EVENTS} > 0)) >= 0.05"),
        ("sum by (tool) (r:errors) > 1", f"sum by (tool) ({ERRORS}) > 1"),
        ("r:days * 2 > 5", "((sum_over_time(r:kept[3d]) / 100) * 2) > 5"),
        ("r:plain / up > 1", "(rate(errors_total[5m]) / up) > 1"),
        ("clamp_min(r:errors, 0) > 1",
         f"clamp_min({ERRORS} or on (tool) ({EVENTS} * 0), 0) > 1"),
    ],
)  # fmt: skip
def test_what_is_recorded_is_written_out_without_its_zeros(expression: str, written: str) -> None:
    """The raw expression yields something wherever the recorded series would."""
    assert condition(expression, recordings) == written


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("r:ratio < 0.05", "zeros count"),
        ("r:ratio >= 0", "zeros count"),
        ("r:ratio > -1", "zeros count"),
        ("r:ratio > bool 0.1", "it always yields"),
        ("r:raw > 1", "raw series may have a label that the rule replaces"),
        ("r:by > 1", "they have one that the rule replaces"),
        ("sum by (slo) (r:errors) > 1", "groups would differ"),
        ("avg without (slo) (r:errors) > 1", "groups would differ"),
        ('r:events{tool="x"} > 1', "the matcher would be lost"),
        ("r:events / r:other > 1", "labels differ"),
        ("r:events / r:kept > 1", "one side has labels that the other has not"),
        ("r:events / up > 1", "nobody knows the raw side's labels"),
        ("max_over_time(r:events[1h:1m]) > 1", "other instants"),
        ("max_over_time(r:events[1h]) > 1", "other instants"),
        ('label_replace(r:events, "x", "$1", "slo", "(.*)") > 1', "it reads the label"),
        ("absent(r:events) > 0", "it makes labels of matchers"),
        ("r:self > 1", "it has no end"),
        ("up > 0", "nothing in it is recorded"),
        ("r:events and on (", "no PromQL"),
    ],
)
def test_what_might_hold_elsewhere_stays_as_it_is(expression: str, why: str) -> None:
    """A condition that misses an instant would hide an alert, so doubt leaves it alone."""
    assert condition(expression, recordings) == expression, why
