"""Live series are held against the contract, each family at its largest target."""

import pytest

from opsconductor.contract import EXPOSED, FAMILIES, expected
from opsconductor.monitoring.cardinality.standing import (
    QUERIES,
    FamilyStanding,
    Sample,
    by_prefix,
    standing,
)
from opsconductor.monitoring.promql.syntax import parse

AUTOMATION = "automation-service"


def at(job: str, name: str, count: float, instance: str = "") -> Sample:
    """A series of the answer to a query by name and target."""
    labels = {"__name__": name, "job": job, "instance": instance}
    return {key: value for key, value in labels.items() if value}, count


def nothing() -> dict[str, list[Sample]]:
    """The answers of a Prometheus that has no series."""
    return {kind: [] for kind in QUERIES}


def found(*live: Sample, tools: int | None = 16, **folded: list[Sample]) -> list[FamilyStanding]:
    """The families of which there is something live."""
    known: list[Sample] = [] if tools is None else [({}, tools)]
    answers = {"live": live, "all": live, "tools": known, "other": [], "unknown": [], **folded}
    return [one for one in standing(answers).families if one.live]


def test_a_family_is_counted_at_its_largest_target() -> None:
    """Two instances have a budget each; a histogram is the sum of its series."""
    name = "ai_request_duration_seconds"
    parts = (("bucket", 14), ("sum", 1), ("count", 1))
    series = [
        at(AUTOMATION, f"{name}_{part}", count * tools, instance)
        for part, count in parts
        for instance, tools in (("a:1", 2), ("b:1", 3))
    ]
    (one,) = found(*series)
    assert (one.job, one.family, one.live) == (AUTOMATION, name, 48)
    assert not one.is_over


def test_what_is_expected_follows_the_present_number_of_tools() -> None:
    """From the contract; where nobody says how many tools there are, nothing is expected."""
    name = "ai_requests_total"
    for tools in (3, 16):
        (one,) = found(at(AUTOMATION, name, 40), tools=tools)
        assert one.expected == expected(EXPOSED[AUTOMATION], tools)[name] == 2 * (tools + 1)
    (one,) = found(at(AUTOMATION, name, 40), tools=None)
    assert one.expected is None


@pytest.mark.parametrize(("live", "over"), [(198, False), (199, True)])
def test_more_than_the_worst_case_is_over(live: int, over: bool) -> None:
    """The worst case itself is allowed: 66 values of the tool, 3 of the status."""
    (one,) = found(at(AUTOMATION, "ai_requests_total", live, "a:1"))
    assert one.worst_case == 198
    assert one.is_over == over


def test_a_family_of_another_job_is_not_the_familys() -> None:
    """A name of ours that somebody else exposes is foreign there."""
    told = standing(nothing() | {"all": [at("shop", "ai_requests_total", 7)]})
    assert not any(one.live for one in told.families)
    assert told.foreign == {"shop": {"ai_requests_total": 7}}


def test_folded_values_are_counted_beside() -> None:
    """`other` and `unknown` have series of their own, which are among the live ones."""
    name = "ai_requests_total"
    (one,) = found(
        at(AUTOMATION, name, 40),
        other=[at(AUTOMATION, name, 2)],
        unknown=[at(AUTOMATION, name, 3)],
    )
    assert (one.other, one.unknown) == (2, 3)


def test_the_rest_is_told_by_where_it_comes_from() -> None:
    """Recorded series and alerts, what a scrape adds, foreign jobs, and strangers in ours."""
    series = [
        at("", "slo:objective:ratio", 5),
        at("", "ALERTS", 2),
        at(AUTOMATION, "up", 1),
        at(AUTOMATION, "scrape_duration_seconds", 1),
        at(AUTOMATION, "python_info", 1),
        at("prometheus", "go_threads", 1),
        at("prometheus", "prometheus_build_info", 3),
    ]
    told = standing(nothing() | {"all": series})
    assert (told.recorded, told.added) == (7, 2)
    assert told.foreign["prometheus"] == {"prometheus_build_info": 3, "go_threads": 1}
    assert told.undeclared == {AUTOMATION: {"python_info": 1}}
    assert told.over == ()


def test_every_family_stands_in_the_report() -> None:
    """One that is missing altogether is seen as 0 beside what is expected."""
    told = standing(nothing())
    assert {one.family for one in told.families} == {family.name for family in FAMILIES}


def test_names_are_summed_by_their_first_word() -> None:
    """A server's hundreds of names are a line, the most first."""
    names = {"go_threads": 1, "prometheus_a": 3, "go_info": 1, "up": 1}
    assert list(by_prefix(names).items()) == [("prometheus_*", 3), ("go_*", 2), ("up", 1)]


@pytest.mark.parametrize("kind", QUERIES)
def test_the_queries_are_promql(kind: str) -> None:
    """What is asked can be answered."""
    parse(QUERIES[kind])
