"""Labels with too many values, and regular expressions that do nothing."""

import pytest
from tests.monitoring.lint.expressions.label_findings import CONTRACT, ids

from opsconductor.monitoring.lint.query import Role
from opsconductor.monitoring.promql.metrics_page import page_schema
from opsconductor.monitoring.promql.schema import ANY, Metric, Schema, Values

NUMBERS = Values(frozenset(str(n) for n in range(101)))
WHO = Values(frozenset({"bob@example.org", "nobody"}))
FEW = Values(frozenset({"/", "/data"}))
PAGE = page_schema(
    [
        b"""\
# TYPE requests_total counter
requests_total{tool="df",code="200"} 7
requests_total{tool="du",code="404"} 7
# TYPE errors_total counter
errors_total{tool="df",reason="timeout"} 7
# TYPE seconds histogram
seconds_bucket{le="0.5"} 1
seconds_bucket{le="+Inf"} 1
seconds_sum 1
seconds_count 1
"""
    ],
    "page.txt",
)
"""A page as it is saved: which labels scraping adds to it is not known."""
SCHEMA = Schema(
    {
        "logins": Metric(name="logins", kind="counter", labels={"user_id": ANY, "realm": ANY}),
        "disks": Metric(name="disks", kind="gauge", labels={"path": FEW, "shard": NUMBERS}),
        "mails": Metric(name="mails", kind="counter", labels={"to": WHO, "queue": FEW}),
        "pages": Metric(name="pages", kind="counter", labels={"path": ANY, "instance": NUMBERS}),
    },
    "a test",
)


@pytest.mark.parametrize(
    ("expression", "role", "expected"),
    [
        ("sum by (user_id) (rate(logins[5m])) > 1", Role.ALERT, ["high-cardinality-label"]),
        ("sum by (user_id) (rate(logins[5m]))", Role.RECORD, ["high-cardinality-label"]),
        ("rate(logins[5m]) > 1", Role.ALERT, ["high-cardinality-label"]),
        ("rate(logins[5m])", Role.PANEL, []),
        ("sum by (realm) (rate(logins[5m])) > 1", Role.ALERT, []),
        ("sum without (user_id) (rate(logins[5m])) > 1", Role.ALERT, []),
        ("sum by (path) (disks) < 1", Role.ALERT, []),
        ("sum by (to) (rate(mails[5m])) > 1", Role.ALERT, ["high-cardinality-label"]),
        ("sum by (queue) (rate(mails[5m])) > 1", Role.ALERT, []),
        ("sum by (shard) (disks) < 1", Role.ALERT, ["high-cardinality-label"]),
        ("sum by (path) (rate(pages[5m])) > 1", Role.ALERT, ["high-cardinality-label"]),
        ("sum by (instance) (rate(pages[5m])) > 1", Role.ALERT, []),
    ],
)
def test_a_label_with_a_value_for_every_case_is_found(
    expression: str, role: Role, expected: list[str]
) -> None:
    """Identifiers by name or by value, and whatever has many known values; a few are fine."""
    assert ids(expression, schema=SCHEMA, role=role) == expected


@pytest.mark.parametrize(
    ("matcher", "role", "expected"),
    [
        ('tool=~".*"', Role.ALERT, ["regex-matches-everything"]),
        ('tool=~"(.*)"', Role.RECORD, ["regex-matches-everything"]),
        ('tool=~".+"', Role.ALERT, ["regex-matches-everything"]),
        ('tool=~".*"', Role.PANEL, []),
        ('tool!~".*"', Role.PANEL, ["regex-matches-nothing"]),
        ('tool=~"net.*"', Role.ALERT, []),
        ('tool=~"a{1001}"', Role.ALERT, ["invalid-regex"]),
    ],
)
def test_regular_expressions_that_decide_nothing_are_found(
    matcher: str, role: Role, expected: list[str]
) -> None:
    """In a panel a variable may stand for everything; elsewhere it was written so."""
    assert ids(f"sum(rate(ai_requests_total{{{matcher}}}[5m])) > 1", role=role) == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("(net.*)", []),
        ("(", ["invalid-regex"]),
        ("(?=a)(.*)", ["invalid-regex"]),
        ("(a){1001}", ["invalid-regex"]),
        (r"\\Q.\\E(.*)", []),
        ('\\"(.*)', []),
    ],
)
def test_the_patterns_of_label_replace_are_read_too(pattern: str, expected: list[str]) -> None:
    """The parser looks only at those of matchers; Prometheus fails when it evaluates."""
    text = f'label_replace(ai_tools_count, "a", "$1", "platform", "{pattern}") > 1'
    assert ids(text, schema=CONTRACT) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("rate(errors_total[5m]) / rate(requests_total[5m]) > 0.1", ["never-matches"]),
        ('rate(requests_total{status="500"}[5m]) > 1', ["unknown-label"]),
        ('rate(requests_total{reason="timeout"}[5m]) > 1', ["unknown-label"]),
        ('rate(seconds_count{tool="df"}[5m]) > 1', ["unknown-label"]),
        ('rate(requests_total{code="5xx"}[5m]) > 1', ["impossible-label-value"]),
        ('rate(requests_total{code=~"5"}[5m]) > 1', ["impossible-label-value"]),
        ('rate(requests_total{tool="DF"}[5m]) > 1', ["impossible-label-value"]),
        ('rate(requests_total{tool=~"DF|DU"}[5m]) > 1', ["impossible-label-value"]),
        ('rate(seconds_bucket{le="0.3"}[5m]) > 1', ["impossible-label-value"]),
        ('rate(requests_total{code="500"}[5m]) > 1', []),
        ('rate(requests_total{code=~"5.."}[5m]) > 1', []),
        ('rate(requests_total{tool="ping"}[5m]) > 1', []),
        ('rate(requests_total{team="a", job="b", namespace="c", shop="d"}[5m]) > 1', []),
        ("errors_total > 1 and on (team) rate(requests_total[5m]) > 1", []),
        ("sum by (tool) (rate(seconds_count[5m])) > 1", ["unknown-grouping-label"]),
        ("sum by (team) (rate(seconds_count[5m])) > 1", []),
    ],
)
def test_of_a_saved_page_only_what_scraping_cannot_add_is_unknown(
    expression: str, expected: list[str]
) -> None:
    """A target may have any label, but no `status`, and none that a neighbour exposes."""
    assert ids(expression, schema=PAGE) == expected
