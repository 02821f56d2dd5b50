"""What grew is named, with the label that made it grow."""

from opsconductor.monitoring.cardinality.growth import (
    Growth,
    LabelGrowth,
    by_family,
    document,
    grown,
    series_ago,
)
from opsconductor.monitoring.cardinality.standing import Sample
from opsconductor.monitoring.promql.syntax import parse


def at(name: str, count: float, job: str = "shop") -> Sample:
    """How many series of a name there are."""
    return {"__name__": name, "job": job}, count


def test_only_what_grew_is_named_and_the_most_first() -> None:
    """New names count from 0; what shrank or vanished is no growth."""
    then = [at("a", 5), at("b", 5), at("c", 5), at("gone", 9)]
    now = [at("a", 6), at("b", 5), at("c", 4), at("new", 3), at("a", 1, "other")]
    assert grown(now, then) == (
        Growth("shop", "new", 0, 3),
        Growth("other", "a", 0, 1),
        Growth("shop", "a", 5, 6),
    )
    assert grown(then, then) == ()


def test_a_histogram_is_told_once() -> None:
    """Buckets, sum and count grow together, by the same label."""
    found = [
        Growth("shop", f"h_seconds_{part}", 0, count)
        for part, count in (("bucket", 14), ("count", 1), ("sum", 1))
    ]
    ours = Growth("automation-service", "ai_requests_total", 1, 2)
    assert by_family([*found, ours]) == (found[0], ours)


def test_labels_are_asked_for_now_and_then() -> None:
    """The contract says which labels ours have; odd names are quoted as PromQL wants it."""
    one = Growth("automation-service", "ai_requests_total", 1, 2)
    assert one.declared_labels == ("status", "tool")
    assert one.values("tool", "1h") == (
        'count(count by (tool) ({__name__="ai_requests_total",job="automation-service"} offset 1h))'
    )
    odd = Growth('a"b\\c\n', "x", 1, 2)
    assert odd.declared_labels == ()
    for query in (one.values("tool"), odd.values("tool"), series_ago("1d")):
        parse(query)
    assert series_ago("1d") == 'count by (__name__, job) ({__name__!=""} offset 1d)'


def test_a_growth_is_a_document() -> None:
    """For programs, with the values of each label then and now."""
    assert document(Growth("j", "n", 1, 2), [LabelGrowth("tool", 3, 4)]) == {
        "job": "j",
        "name": "n",
        "then": 1,
        "now": 2,
        "labels": {"tool": [3, 4]},
    }
