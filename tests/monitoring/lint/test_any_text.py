"""Whatever is given to lint: an answer, never a traceback, and never silence about nothing."""

import json
from typing import Any

import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.monitoring.lint.linting import OURS, SCHEMA

from opsconductor.monitoring.lint.context import Context
from opsconductor.monitoring.lint.lint import lint
from opsconductor.monitoring.lint.loading import load
from opsconductor.monitoring.lint.report import Report
from opsconductor.monitoring.lint.source import Source

WORDS = st.sampled_from(
    (
        *("groups", "rules", "name", "interval", "record", "alert", "expr", "for", "labels"),
        *("annotations", "severity", "limit", "spec", "apiVersion", "kind", "panels", "targets"),
        *("templating", "title", "dashboard", "rows", "description", "schemaVersion", "gridPos"),
    )
)
PROMQL = st.sampled_from(
    (
        *(
            "up",
            "sum by (x) (rate(up[5m]))",
            "up / on (a) up > 1",
            "up{",
            "1",
            "",
            "{{ $labels.x }}",
        ),
        *(
            "histogram_quantile(0.9, up)",
            "openslo/v1",
            "monitoring.coreos.com/v1",
            "PrometheusRule",
        ),
        *("5m", "critical", "lint: disable=x -- y", "rate(up[$__interval])"),
    )
)
LEAVES = PROMQL | st.text(max_size=10) | st.none() | st.booleans() | st.integers() | st.floats()
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(max_size=5), inner),
    max_leaves=25,
)


def report(data: bytes, context: Context = OURS) -> Report:
    """The report on one file of these bytes."""
    return lint(load([Source("file", data)]), SCHEMA, context)


def check(data: bytes) -> None:
    """An answer that is no success unless an expression was read."""
    found = report(data)
    assert found.counts.expressions or found.unreadable
    lines = data.count(b"\n") + data.count(b"\r") + 4
    assert all(1 <= finding.position.line <= lines for finding in found.findings)


@settings(deadline=None)
@given(st.binary(max_size=200))
@example(b"\x1f\x8b\x08\x00")
@example(b"\xff\xfeg\x00")
@example(b"groups:\n- name: \xff\n")
@example(b"\x00" * 100)
@example(b"groups: \x07")
def test_any_bytes(data: bytes) -> None:
    """Bytes that are no text are unreadable."""
    check(data)


@settings(deadline=None)
@given(st.text(alphabet="groups:-{}[]&*!|>'\"% \n\t#<?,@`xyz1", max_size=120))
@example("groups: &a [*a]")
@example("? groups\n: x")
@example("groups: !!python/object:os.system x")
@example("%YAML 9.9\n---\ngroups: []")
@example('{"groups": [}')
def test_any_text(text: str) -> None:
    """Text that is made of YAML's own marks."""
    check(text.encode())


@settings(max_examples=300, deadline=None)
@given(TREES)
def test_any_yaml_document(tree: Any) -> None:
    """Documents made of the right words in the wrong places."""
    try:
        text = yaml.safe_dump(tree, allow_unicode=True)
    except (yaml.YAMLError, UnicodeError):
        return  # nothing that could stand in a file
    check(text.encode("utf-8", "replace"))


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(WORDS, TREES, max_size=6))
def test_any_json_document(tree: dict[str, Any]) -> None:
    """The same as JSON, where dashboards are."""
    check(json.dumps(tree, indent=1).encode("utf-8", "replace"))


@settings(deadline=None)
@given(st.lists(TREES, max_size=3), st.lists(TREES, max_size=3))
def test_any_rules_and_panels(rules: list[Any], panels: list[Any]) -> None:
    """Anything in the place of a rule or a panel."""
    check(json.dumps({"groups": [{"name": "a", "rules": rules}]}).encode("utf-8", "replace"))
    check(json.dumps({"title": "a", "panels": panels}).encode("utf-8", "replace"))


@settings(deadline=None)
@given(PROMQL | st.text(max_size=60))
def test_any_expression_and_template(text: str) -> None:
    """Anything in the place of an expression, a name, a label or an annotation."""
    rule = {"alert": text, "expr": text, "for": text}
    texts = {"severity": text, "summary": text, "runbook_url": text}
    document = {
        "groups": [{"name": text, "rules": [{**rule, "labels": texts, "annotations": texts}]}]
    }
    check(json.dumps(document).encode("utf-8", "replace"))
