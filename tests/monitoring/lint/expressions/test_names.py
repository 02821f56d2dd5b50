"""Names, labels and values that are asked for are held against those that exist."""

import pytest
from tests.monitoring.lint.expressions.label_findings import found, ids

from opsconductor.monitoring.lint.finding import Edit
from opsconductor.monitoring.promql.schema import Metric, Schema, Values


@pytest.mark.parametrize(
    ("expression", "meant"),
    [
        ("ai_requests", "ai_requests_total"),
        ("ai_request_total", "ai_requests_total"),
        ("ai_request_duration_seconds", "ai_request_duration_seconds_bucket"),
        ("selector_cache_entries_total", "selector_cache_entries"),
        ('{__name__="ai_requests"}', "ai_requests_total"),
    ],
)
def test_an_unknown_metric_is_named_with_the_one_that_was_meant(
    expression: str, meant: str
) -> None:
    """A suffix that is missing or too much comes before a spelling that is alike."""
    (finding,) = found(expression)
    assert finding.kind.id == "unknown-metric"
    assert finding.advice == f"Did you mean `{meant}`?"


def test_nothing_else_follows_from_an_unknown_metric() -> None:
    """One mistake is one finding: what the metric would have had is not known."""
    text = 'sum by (a) (heard_of{b="c"}) / on (a) group_left (d) ai_tools_count{platform="linux"}'
    assert ids(text) == ["unknown-metric", "unknown-grouping-label"]
    assert ids("sum by (a) (heard_of) / sum by (a) (heard_of)") == ["unknown-metric"]


def test_what_prometheus_makes_itself_is_known() -> None:
    """No page exposes `up`, and every Prometheus has it."""
    assert ids("up < 1 or absent(up)", schema=Schema({}, "a page")) == []


def test_of_an_incomplete_schema_no_metric_is_unknown() -> None:
    """A name that nobody has heard of may exist after all."""
    assert ids("heard_of", schema=Schema({}, "a test", complete=False)) == []


@pytest.mark.parametrize(
    ("matcher", "expected"),
    [
        ('state="error"', ["unknown-label"]),
        ('state!="error"', ["unknown-label"]),
        ('state=~"err.*"', ["unknown-label"]),
        ('state=""', []),
        ('status="failure"', ["impossible-label-value"]),
        ('status=~"fail.*|5.."', ["impossible-label-value"]),
        ('status!~"success|error|other"', ["impossible-label-value"]),
        ('status=~"(?i)ERROR"', []),
        ('status=~"success|failure"', []),
        ('status!="failure"', []),
        ('tool="of a name that is not known"', []),
        ('status=""', ["impossible-label-value"]),
        ('job="automation-service"', []),
        ('job="automation"', ["impossible-label-value"]),
    ],
)
def test_matchers_that_nothing_fulfils_are_found(matcher: str, expected: list[str]) -> None:
    """A label or a value that is not exposed is found; what may be is not."""
    assert ids(f"sum(rate(ai_requests_total{{{matcher}}}[5m])) > 1") == expected


SEEN = Schema(
    {
        "hits": Metric(
            name="hits", kind="counter", labels={"code": Values(frozenset({"200", "error"}))}
        )
    },
    "a page",
    observed=True,
)


@pytest.mark.parametrize(
    ("matcher", "expected"),
    [
        ('code="500"', []),
        ('code=~"5.."', []),
        ('code="Error"', ["impossible-label-value"]),
        ('code="eror"', ["impossible-label-value"]),
    ],
)
def test_a_value_that_has_not_occurred_yet_is_no_mistake(matcher: str, expected: list[str]) -> None:
    """Against a page only what looks like a misspelling of a seen value is found."""
    assert ids(f"sum(rate(hits{{{matcher}}}[5m])) > 1", schema=SEEN) == expected


@pytest.mark.parametrize(
    ("matcher", "expected"),
    [
        ('le="1"', ["le-spelling"]),
        ('le="1.00"', ["le-spelling"]),
        ('le!="1"', ["le-spelling"]),
        ('le=~"0.1|1"', ["le-spelling"]),
        ('le="+inf"', ["le-spelling"]),
        ('le="1.0"', []),
        ('le="0.7"', ["impossible-label-value"]),
        ('le=~"0[.]1|1.*"', []),
    ],
)
def test_a_bound_is_compared_as_text(matcher: str, expected: list[str]) -> None:
    """The same number in another spelling is another finding than a bound that does not exist."""
    expression = f"sum(rate(ai_request_duration_seconds_bucket{{{matcher}}}[5m])) > 1"
    assert ids(expression) == expected


@pytest.mark.parametrize("form", ['le="1"', "le = '1'", "le!=`1`"])
def test_the_spelling_is_corrected_where_it_stands(form: str) -> None:
    """The edit replaces the matcher's own text, on the lines of the expression."""
    (finding,) = found(f"sum(\n  rate(ai_request_duration_seconds_bucket{{{form}}}[5m])\n) > 1")
    assert finding.edit == Edit(7, 9, form, form.replace("1", "1.0"))


def test_a_spelling_that_stands_twice_is_not_corrected() -> None:
    """An edit that might change the wrong place is none."""
    one = 'sum(rate(ai_request_duration_seconds_bucket{le="1"}[5m]))'
    assert [finding.edit for finding in found(f"{one} / ({one} + 1) > 1")] == [None, None]
