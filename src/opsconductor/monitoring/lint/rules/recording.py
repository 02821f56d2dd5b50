"""recording-name: the name of a recorded series says how it was made, or misleads.

Prometheus's naming of recording rules: `level:metric:operations`, where the level is the labels
that are left, and the operations, newest first, what was done; a rate names its window.
"""

import re
from collections.abc import Iterator

from promql_parser import MatrixSelector, SubqueryExpr

from opsconductor.monitoring.durations import seconds_of
from opsconductor.monitoring.lint.analysis import Analysis
from opsconductor.monitoring.lint.finding import Example, Finding, Kind, Level
from opsconductor.monitoring.lint.labels import possible_labels, shapes
from opsconductor.monitoring.lint.rule_file import Rule
from opsconductor.monitoring.lint.rules.linted_rules import LintedRules

_WINDOW = re.compile(r"(?:^|_)(?:i?rate|increase|i?delta|deriv)(\d+(?:ms|[smhdwy]))$", re.ASCII)
_MOST_LABELS = 12
"""A level of more labels is not taken apart."""

RECORDING_NAME = Kind(
    id="recording-name",
    title="A recorded series whose name says something else",
    level=Level.WARNING,
    why=(
        "`level:metric:operations` tells a reader which labels are left, what was measured and how "
        "it was computed, without opening the rule. A name without colons looks like a scraped "
        "metric; one with a wrong level or window leads to wrong queries."
    ),
    remedy=(
        "Name it `level:metric:operations`, such as `service:http_requests:rate5m`; the level "
        "lists the labels that the expression leaves."
    ),
    bad=Example("""\
groups:
- name: example
  rules:
  - record: service:ai_requests:rate1m
    expr: sum by (service) (rate(ai_requests_total[5m]))
"""),
    good=Example("""\
groups:
- name: example
  rules:
  - record: service:ai_requests:rate5m
    expr: sum by (service) (rate(ai_requests_total[5m]))
"""),
)

KINDS: tuple[Kind, ...] = (RECORDING_NAME,)


def check(linted: LintedRules) -> Iterator[Finding]:
    """What is wrong with the name of each recording rule, the gravest first."""
    for rule in linted.file.rules:
        if rule.kind != "record":
            continue
        said = _form(rule.name.value)
        analysis = linted.analysis(rule)
        if not said and analysis is not None:
            said = _level(rule, analysis) or _window(rule, analysis)
        if said:
            yield Finding(
                kind=RECORDING_NAME,
                position=rule.name.position,
                subject=rule.subject,
                explanation=said,
            )


def _form(name: str) -> str:
    parts = name.split(":")
    if len(parts) == 1:
        return "The name has no colon, so it looks like a scraped metric."
    if len(parts) != 3:  # noqa: PLR2004  level, metric and operations
        return f"The name has {len(parts)} parts where level, metric and operations are three."
    if not parts[1] or not parts[2]:
        return "The name lacks its metric or its operations."
    return ""


def _level(rule: Rule, analysis: Analysis) -> str:
    """Whether the level lists labels, and others than the expression leaves.

    A level that is no list of known labels, such as `cluster` for everything, is left alone.
    Labels that the rule itself adds may stand in the level or not.
    """
    left = possible_labels(analysis)
    if (
        not shapes(analysis)
        or left is None
        or any(value.optional for one in shapes(analysis) for value in one.labels.values())
    ):
        return ""
    level = rule.name.value.partition(":")[0]
    added = set(rule.labels)
    known = left | added | _labels_of_metrics(analysis)
    listed = _taken_apart(level, frozenset(known))
    if listed is None or listed - added == left - added:
        return ""
    leaves = ", ".join(sorted(left)) or "no label"
    says = ", ".join(sorted(listed))
    return f"Its level says {says}, but the expression leaves {leaves}."


def _labels_of_metrics(analysis: Analysis) -> set[str]:
    """The labels of the metrics that the expression reads."""
    names = {name for node in analysis.nodes if (name := getattr(node, "name", None))}
    metrics = (analysis.schema.metrics.get(name) for name in names)
    return {label for metric in metrics if metric is not None for label in metric.labels}


def _taken_apart(level: str, known: frozenset[str]) -> frozenset[str] | None:
    """The labels that make up a level, joined by underscores; None where it is something else."""
    if not level:
        return None
    words = level.split("_")
    if len(words) > _MOST_LABELS:
        return None
    for end in range(len(words), 0, -1):
        first = "_".join(words[:end])
        if first not in known:
            continue
        if end == len(words):
            return frozenset({first})
        rest = _taken_apart("_".join(words[end:]), known)
        if rest is not None:
            return rest | {first}
    return None


def _window(rule: Rule, analysis: Analysis) -> str:
    """Whether the operations name another window than any that the expression has."""
    found = _WINDOW.search(rule.name.value.rpartition(":")[2])
    if found is None:
        return ""
    named = seconds_of(found[1])
    windows = {
        node.range.total_seconds()
        for node in analysis.nodes
        if isinstance(node, MatrixSelector | SubqueryExpr) and node.range is not None
    }
    if not windows or named in windows:
        return ""
    return f"Its name says {found[1]}, but no window of the expression is that long."
