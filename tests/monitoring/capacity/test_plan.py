"""A plan counts what the contract exposes, and never shrinks when something grows."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.monitoring.capacity.conftest import Make

from opsconductor.contract import AUTOMATION, EXPOSED, PIPELINE, series_at
from opsconductor.monitoring.capacity.model import Model
from opsconductor.monitoring.capacity.plan import Plan, plan
from opsconductor.monitoring.capacity.series import SCRAPE_SERIES, sources
from opsconductor.monitoring.capacity.workload import Workload
from opsconductor.objectives import DAY

FIGURES = (
    "series", "samples_a_second", "bytes_a_day", "disk", "resident", "peak", "restart",
    "processor", "evaluation", "raw_query", "recorded_query", "extrapolated",
)  # fmt: skip


def test_series_are_those_of_the_contract(make: Make, lines: Model) -> None:
    """Each service has its families' series with the tools given, and what a scrape adds."""
    found = {one.name: one for one in sources(make(services=6, tools=20), lines.pages)}
    assert found[AUTOMATION].targets == found[PIPELINE].targets == 3
    assert found[AUTOMATION].each == series_at(EXPOSED[AUTOMATION], 20) + SCRAPE_SERIES
    assert found[PIPELINE].each == series_at(EXPOSED[PIPELINE], 20) + SCRAPE_SERIES


def test_the_odd_service_is_automation_service(make: Make) -> None:
    """It has more series: a plan errs on the side of more."""
    assert make(services=1).instances[AUTOMATION] == 1
    assert make(services=1).instances[PIPELINE] == 0
    assert make(services=7).instances[AUTOMATION] == 4


def test_series_of_an_objective_are_those_that_rules_record(make: Make, lines: Model) -> None:
    """Another objective adds one of each record that is not by tool."""
    one, two = (plan(make(slos=slos), lines).series for slos in (5, 6))
    assert two - one == 27


def test_samples_come_as_often_as_each_job_is_scraped(make: Make, lines: Model) -> None:
    """automation-service every 10 s, the others every 15 s, what rules record every 30 s."""
    planned = plan(make(), lines)
    by_name = {one.name: one for one in planned.sources}
    assert by_name[AUTOMATION].interval == 10
    assert by_name[PIPELINE].interval == 15
    assert by_name["recorded for objectives"].interval == 30
    expected = sum(one.series / one.interval for one in planned.sources)
    assert planned.samples_a_second == pytest.approx(expected)


def test_a_given_interval_keeps_the_ratio_of_the_others(make: Make) -> None:
    """20 s for automation-service are 30 s for what is scraped every 15 s."""
    assert make(interval=20).intervals[PIPELINE] == 30


def test_disk_is_samples_times_bytes(make: Make, lines: Model) -> None:
    """Two weeks take fourteen days of bytes, besides log and headroom."""
    planned = plan(make(retention=14 * DAY), lines)
    each = lines.bytes_a_sample["ordinary"]
    assert planned.bytes_a_day == pytest.approx(planned.samples_a_second * DAY * each)
    assert planned.blocks == pytest.approx(14 * planned.bytes_a_day)
    assert planned.disk > planned.blocks
    least, most = planned.bytes_a_day_between
    assert least < planned.bytes_a_day < most


def test_tools_beyond_the_limit_share_one_label_value(make: Make, lines: Model) -> None:
    """65 tools add the value `other`; a thousand add nothing more."""
    limit = plan(make(tools=64), lines).series
    over, far_over = (plan(make(tools=tools), lines).series for tools in (65, 1000))
    assert over == far_over > limit
    assert plan(make(tools=64), lines).series - plan(make(tools=63), lines).series == (over - limit)


def workloads() -> st.SearchStrategy[dict[str, float]]:
    """What a person may ask for."""
    return st.fixed_dictionaries({
        "services": st.integers(1, 100_000),
        "tools": st.integers(0, 200),
        "slos": st.integers(0, 500),
        "retention": st.floats(7200, 365 * DAY),
        "interval": st.floats(1, 80),
    })  # fmt: skip


@given(asked=workloads(), more=st.integers(1, 1000))
@pytest.mark.parametrize("what", ["services", "tools", "slos", "retention"])
def test_no_figure_shrinks_when_anything_grows(
    make: Make, lines: Model, what: str, asked: dict[str, float], more: int
) -> None:
    """More services, tools, objectives or days never need less of anything."""
    less, grown = make(**asked), make(**{**asked, what: asked[what] + more})
    _no_less(plan(less, lines), plan(grown, lines))


@given(asked=workloads(), factor=st.floats(1, 1.4))
def test_no_figure_shrinks_when_scrapes_come_more_often(
    make: Make, lines: Model, asked: dict[str, float], factor: float
) -> None:
    """A shorter interval makes more samples of the same series."""
    often = max(1.0, asked["interval"] / factor)
    _no_less(plan(make(**asked), lines), plan(make(**{**asked, "interval": often}), lines))


def test_a_plan_beyond_what_was_measured_says_how_far(make: Make, lines: Model) -> None:
    """A hundred times the largest size is extrapolated a hundred times."""
    small, large = plan(make(services=2), lines), plan(make(services=20_000), lines)
    assert small.extrapolated < 1
    assert large.extrapolated == pytest.approx(large.series / lines.largest)
    assert large.extrapolated > 50


def test_replicas_do_not_change_what_each_needs(make: Make, lines: Model) -> None:
    """Each replica holds everything, so that one needs what a single one would."""
    given: Workload = make()
    assert plan(replace(given, replicas=3), lines).disk == plan(given, lines).disk


def _no_less(less: Plan, grown: Plan) -> None:
    for name in FIGURES:
        assert getattr(grown, name) >= getattr(less, name) * (1 - 1e-12), name
