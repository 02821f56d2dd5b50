"""How many series the contract allows, and that nothing can allow more."""

from dataclasses import replace

import pytest

from opsconductor import contract
from opsconductor.contract import AUTOMATION, EXPOSED, FAMILIES, PIPELINE, Family, Label, overflow
from opsconductor.contract.family import doubling

STANDARD = {
    "process_cpu_seconds_total",
    "process_max_fds",
    "process_open_fds",
    "process_resident_memory_bytes",
    "process_start_time_seconds",
}
"""The names that client libraries of Prometheus share."""


def family(budget: int, *labels: Label, buckets: tuple[float, ...] = ()) -> Family:
    """A family with the budget and labels, otherwise ordinary."""
    return Family(
        name="x",
        exposed_by=(PIPELINE,),
        kind="histogram" if buckets else "gauge",
        help="X.",
        labels=labels,
        buckets=buckets,
        budget=budget,
    )


def test_a_family_over_its_budget_cannot_be_declared() -> None:
    """A label set that may outgrow the budget fails when the module loads, not in production."""
    with pytest.raises(
        ValueError, match=r"x: the labels allow 12 series \(a 3 x b 4\), the budget is 11; narrow"
    ):
        family(11, Label("a", ("1", "2")), Label("b", limit=3))
    with pytest.raises(ValueError, match=r"10 series \(a 2 x 5 series of a histogram\)"):
        family(9, Label("a", ("1",)), buckets=(1, 2))


def test_the_worst_case_counts_other_and_every_bucket() -> None:
    """A label adds `other`; a histogram has its buckets, +Inf, sum and count."""
    assert family(12, Label("a", ("1", "2")), Label("b", limit=3)).worst_case == 12
    assert family(10, Label("a", ("1",)), buckets=(1, 2)).worst_case == 2 * 5


@pytest.mark.parametrize("one", FAMILIES, ids=lambda one: one.name)
def test_every_family_is_within_its_budget(one: Family) -> None:
    """The budget holds in the worst case, and is not a figure far from it."""
    assert one.worst_case <= one.budget <= one.worst_case * 1.1 + 5


def test_only_a_histogram_has_buckets() -> None:
    """Buckets on a counter, or a histogram without any, are a mistake in the declaration."""
    here = (PIPELINE,)
    with pytest.raises(ValueError, match="buckets belong to histograms"):
        Family(name="x_total", exposed_by=here, kind="counter", help="X.", buckets=(1.0,), budget=9)
    with pytest.raises(ValueError, match="buckets belong to histograms"):
        Family(name="x", exposed_by=here, kind="histogram", help="X.", budget=9)


def test_a_system_with_twenty_tools_exposes_about_six_hundred_series() -> None:
    """The services' own families stay near the mark that storage is planned with."""
    services = contract.series_at((*EXPOSED[AUTOMATION], *EXPOSED[PIPELINE]), tools=20)
    assert 540 <= services <= 690


def test_optional_families_are_not_expected() -> None:
    """Language models add nothing to a system that has none."""
    optional = [one for one in FAMILIES if one.optional]
    assert {one.name for one in optional} == {
        "gen_ai_client_operation_duration_seconds",
        "gen_ai_client_token_usage",
    }
    assert contract.series_at(optional, tools=20) == 0


def test_the_worst_case_of_a_process_is_the_sum_of_its_families() -> None:
    """The cardinality alert holds each target against this figure."""
    exposed = EXPOSED["canary"]
    assert contract.worst_case(exposed) == sum(one.worst_case for one in exposed)


def test_every_family_is_exposed_by_one_process() -> None:
    """No family is declared and then exposed nowhere; what all tell is of the process itself."""
    processes = {
        one.name: [name for name, exposed in EXPOSED.items() if one in exposed] for one in FAMILIES
    }
    everywhere = {name for name, where in processes.items() if where == list(EXPOSED)}
    assert everywhere == {"telemetry_label_overflow_total", *STANDARD}
    assert {len(where) for name, where in processes.items() if name not in everywhere} == {1}


def test_a_family_of_no_process_cannot_be_declared() -> None:
    """A family that nobody exposes, or a process without a page, is a mistake."""
    for where in ((), ("demo",)):
        with pytest.raises(ValueError, match=r"x: exposed_by names processes with a metrics page"):
            Family(name="x", exposed_by=where, kind="gauge", help="X.", budget=9)


@pytest.mark.parametrize("process", EXPOSED)
def test_the_overflow_counter_can_name_everything_of_a_process(process: str) -> None:
    """An overflow is always counted under its own family and label, never as `other`."""
    exposed = [one for one in EXPOSED[process] if one.labels][:-1]
    limits = {label.name: label.limit for label in contract.families.LABEL_OVERFLOW.labels}
    assert len(exposed) <= limits["family"]
    assert len({label.name for one in exposed for label in one.labels}) <= limits["label"]


def test_the_overflow_counter_is_as_large_as_the_largest_process_needs() -> None:
    """Its bounds follow from the families: nobody has to raise them for a new one."""
    seven = [replace(family(8, Label(f"a{n}", limit=7)), name=f"x{n}") for n in range(7)]
    declared = overflow.label_overflow([*seven, family(1)])
    assert [label.limit for label in declared.labels] == [7, 7]
    assert declared.budget == declared.worst_case == 8 * 8


def test_each_label_of_each_family_is_expected_to_count_its_overflows() -> None:
    """A process exposes one series for every label that may overflow in it."""
    ours = contract.expected(EXPOSED["canary"], tools=20)
    assert ours["telemetry_label_overflow_total"] == 3
    assert ours["canary_requests_total"] == 3 * 2
    assert sum(ours.values()) == contract.series_at(EXPOSED["canary"], tools=20)


def test_series_names_follow_from_the_kind() -> None:
    """A histogram is read through its buckets, count and sum; the rest by their own name."""
    exposed = [contract.families.CANARY_REQUESTS, contract.families.CANARY_REQUEST_DURATION]
    assert list(contract.names(exposed)) == [
        "canary_requests_total",
        "canary_request_duration_seconds_bucket",
        "canary_request_duration_seconds_count",
        "canary_request_duration_seconds_sum",
    ]


def test_imported_families_are_not_ours() -> None:
    """What others expose is declared apart; only what every process tells of itself is both."""
    both = {one.name: one for one in contract.IMPORTED if one.name in contract.BY_NAME}
    assert set(both) == STANDARD
    for name, one in both.items():
        assert (one.kind, one.jobs) == (contract.BY_NAME[name].kind, ("prometheus", "alertmanager"))


def test_doubling_makes_plain_bounds() -> None:
    """Bounds are the round figures of the conventions, without binary noise."""
    assert doubling(0.01, 2, 5) == (0.01, 0.02, 0.04, 0.08, 0.16)
