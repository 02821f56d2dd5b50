"""The book's figures come out, by its algebra and by simulation, to the digit that it shows."""

import pytest

from opsconductor.monitoring.evidence import formulas
from opsconductor.monitoring.evidence.figure import BUDGET, PERIOD, Figure, Measure, Unit
from opsconductor.monitoring.evidence.figures import FIGURES, SPIKES
from opsconductor.monitoring.evidence.measuring import any_start, continuously, through
from opsconductor.monitoring.evidence.simulation import SHIPPED, fine

THE_BOOKS = {
    "exhausts-at-1": "30 d",
    "exhausts-at-2": "15 d",
    "exhausts-at-10": "3 d",
    "exhausts-at-1000": "43 min",
    "1-detects-at-1": "0.6 s",
    "2-detects-at-1": "129.6 s",
    "3-detects": "1 h",
    "3-spent": "138.9 %",
    "3-spike": "11.6 %",
    "3-spikes": "never",
    "4-resets": "57.84 min",
    "4-at-35": "never",
    "4-exhausts-at-35": "20.57 h",
    "5-detects-at-14.4": "51.8 s",
    "5-detects-at-6": "129.6 s",
    "5-detects-at-1": "259.2 s",
    "6-detects": "5.76 min",
    "6-resets-short": "4.52 min",
    "6-resets-long": "54.24 min",
}
"""Copied by hand, so that neither the algebra nor the simulation can vouch for itself."""

each_figure = pytest.mark.parametrize("figure", FIGURES, ids=lambda one: one.key)


def test_every_figure_of_the_book_is_there() -> None:
    """None is left out because it would not come out."""
    assert {one.key: one.stated for one in FIGURES} == THE_BOOKS


@each_figure
def test_the_formula_gives_the_figure(figure: Figure) -> None:
    """The algebra gives what the book shows."""
    assert figure.shown(figure.expected) == THE_BOOKS[figure.key]


@each_figure
def test_the_simulation_gives_the_figure(figure: Figure) -> None:
    """Windows slid over every request give what the book shows, with no algebra in between."""
    assert figure.shown(continuously(figure)) == THE_BOOKS[figure.key]


@each_figure
def test_often_sampled_counters_come_within_a_step(figure: Figure) -> None:
    """With samples and evaluations often enough nothing but their interval is added."""
    value = through(figure, fine(figure.fine))
    if figure.expected is None:
        assert value is None
    elif figure.unit is not Unit.PERCENT:
        assert value is not None
        assert abs(value - figure.expected) <= figure.fine / 1000


def test_what_we_ship_adds_at_most_a_scrape_and_an_evaluation() -> None:
    """The price of sampling is bounded by the two intervals, whatever window and start."""
    bound = (SHIPPED.scrapes.step + SHIPPED.evaluations.step) / 1000
    quick = {"1-detects-at-1", "5-detects-at-14.4", "6-detects", "6-resets-short", "6-resets-long"}
    for one in FIGURES:
        if one.key in quick:
            found = any_start(one)
            assert found is not None
            assert found == pytest.approx((one.expected, one.expected), abs=bound), one.key


def test_a_hold_begins_anew_when_the_ratio_was_once_within() -> None:
    """18 outages of five minutes cost two budgets, and the one-hour hold never ends."""
    (spikes,) = (one for one in FIGURES if one.outage is SPIKES)
    assert SPIKES.spent(SPIKES.end) == pytest.approx(18 * 5 / 43.2)
    assert continuously(spikes) is None


def test_a_reset_is_asked_of_what_has_fired() -> None:
    """Every reset is measured after an outage that was long enough to fire the alert."""
    for one in FIGURES:
        if one.measure is Measure.RESET:
            assert one.alert is not None
            ratio = one.outage.pieces[0].ratio
            for window in one.alert.windows:
                fires = formulas.detection(window, one.alert.factor * BUDGET, ratio)
                assert fires <= one.outage.end


def test_a_ratio_below_the_limit_never_fires() -> None:
    """The algebra says never, not late."""
    assert formulas.detection(3600, 36 * BUDGET, 35 * BUDGET) == float("inf")
    assert formulas.exhaustion(35, PERIOD) / 3600 == pytest.approx(20.571, abs=0.001)
