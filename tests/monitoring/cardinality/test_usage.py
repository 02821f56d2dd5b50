"""What rules and dashboards read is found, whatever the way in which they ask."""

import json
from typing import Any

import pytest

from opsconductor.monitoring.cardinality.usage import Usage, usage, usage_of
from opsconductor.monitoring.lint.loading import load
from opsconductor.monitoring.lint.slos.example import TEXT
from opsconductor.monitoring.lint.source import Source

RULES = """\
groups:
- name: one
  rules:
  - record: job:a:rate5m
    expr: sum by (job) (rate(a_total[5m]))
  - alert: B
    expr: job:a:rate5m > 1 and on () absent(b)
"""


def board(*expressions: str, **parts: Any) -> str:
    """A dashboard with a panel of each expression."""
    source = {"type": "prometheus", "uid": "p"}
    panel = {
        "type": "timeseries",
        "title": "one",
        "datasource": source,
        "targets": [
            {"refId": str(number), "expr": text} for number, text in enumerate(expressions)
        ],
    }
    return json.dumps({"uid": "b", "title": "B", "schemaVersion": 39, "panels": [panel], **parts})


def used(**texts: str) -> Usage:
    """What the documents read."""
    return usage(load(Source(name, text.encode()) for name, text in texts.items()))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("up", Usage(frozenset({"up"}))),
        ('{__name__="a"}', Usage(frozenset({"a"}))),
        ("a / on (job) b offset 1h", Usage(frozenset({"a", "b"}))),
        ("histogram_quantile(0.9, rate(h_bucket[5m]))", Usage(frozenset({"h_bucket"}))),
        ("max_over_time(rate(a[5m])[1h:1m])", Usage(frozenset({"a"}))),
        ('{__name__=~"go_.*"}', Usage(patterns=frozenset({"go_.*"}))),
        ('count({job="prometheus"})', Usage(whole_jobs=frozenset({"prometheus"}))),
        ('count({job=~"p.*"})', Usage(whole_jobs=frozenset({""}))),
        ('{__name__!="a",job="b"}', Usage(whole_jobs=frozenset({"b"}))),
        ('{__name__!~"a.*",tool="x"}[5m]', Usage(whole_jobs=frozenset({""}))),
    ],
)
def test_an_expression_reads_what_its_selectors_name(expression: str, expected: Usage) -> None:
    """By name, by a pattern of names, or anything of a job."""
    assert usage_of([expression]) == expected


def test_rules_read_what_their_expressions_name() -> None:
    """Recording and alerting rules alike, recorded series among them."""
    assert used(**{"rules.yml": RULES}).names == {"a_total", "job:a:rate5m", "b"}


def test_a_dashboard_reads_in_panels_variables_and_annotations() -> None:
    """A series that only fills a variable is used, or the dashboard loses its choices."""
    source = {"type": "prometheus", "uid": "p"}
    variables = [
        {"name": "q", "type": "query", "datasource": source, "query": text}
        for text in ("label_values(c, job)", "query_result(d > 0)", "metrics(e_.*)")
    ]
    for number, variable in enumerate(variables):
        variable["name"] = f"q{number}"
    text = board(
        'a{tool="$q0"}',
        templating={"list": variables},
        annotations={"list": [{"datasource": source, "expr": "changes(f[5m]) > 0", "name": "n"}]},
    )
    found = used(board=text)
    assert found.names == {"a", "c", "d", "f"}
    assert found.patterns == {"e_.*"}
    assert found.unclear == ()


def test_objectives_read_what_their_indicators_name() -> None:
    """A user's own OpenSLO file counts before it is compiled."""
    assert "pipeline_requests_total" in used(slo=TEXT).names


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ({"rules.yml": RULES.replace("absent(b)", "absent(")}, "rules.yml:7"),
        ({"board": board("${metric}_total")}, "a variable without a value in ${metric}_total"),
        ({"board": "{"}, "board:2"),
    ],
)
def test_what_cannot_be_read_is_unclear(texts: dict[str, str], said: str) -> None:
    """A guess would drop what somebody reads."""
    assert said in used(**texts).unclear[0]


def test_a_series_is_read_by_name_pattern_or_whole_job() -> None:
    """Patterns match whole names; one that is not understood may read anything."""
    found = Usage(frozenset({"a"}), frozenset({"go_.*"}), frozenset({"all"}))
    assert found.reads("a", "x")
    assert found.reads("go_threads", "x")
    assert found.reads("b", "all")
    assert not found.reads("b", "x")
    assert not found.reads("my_go_threads", "x")
    assert Usage(patterns=frozenset({r"\pL+"})).reads("b", "x")
