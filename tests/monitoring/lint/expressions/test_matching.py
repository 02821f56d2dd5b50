"""Operations whose sides do not go together, and labels that are gone where they are used."""

import pytest
from tests.monitoring.lint.expressions.label_findings import found, ids

ERRORS, REQUESTS = "rate(ai_request_errors_total[5m])", "rate(ai_requests_total[5m])"
BY_TOOL = f"sum by (tool) ({REQUESTS})"
BUCKETS = "rate(ai_request_duration_seconds_bucket[5m])"
ONE = 'rate(ai_requests_total{status="error"}[5m])'
ONE_STATUS = 'sum by (status) (ai_requests_total{status="%s"})'
SERIES = "service, tool, job, instance"


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        (f"{ERRORS} / {REQUESTS} > 0.05", "only the left side has `reason`"),
        (f"{REQUESTS} / {ERRORS} > 0.05", "only the right side has `reason`"),
        (f"{ERRORS} and {REQUESTS}", "is always empty"),
        (f"{REQUESTS} unless {ERRORS}", "takes nothing away"),
        (f"sum by (tool) ({ERRORS}) / sum({REQUESTS}) > 1", "only the left side has `tool`"),
        (f"{ERRORS} / ignoring (reason) {REQUESTS} > 1", "only the right side has `status`"),
        (
            f"{ONE_STATUS % 'error'} / {ONE_STATUS % 'success'} > 1",
            "`status` is `error` on the left and `success` on the right",
        ),
    ],
)
def test_sides_that_can_never_agree_are_found_with_the_label(expression: str, words: str) -> None:
    """Trap 1: the explanation says which label keeps the sides apart."""
    (finding,) = found(expression)
    assert finding.kind.id == "never-matches"
    assert words in finding.explanation


@pytest.mark.parametrize(
    "expression",
    [
        f"sum by (tool) ({ERRORS}) / {BY_TOOL} > 0.05",
        f"sum by (tool) ({ERRORS}) / on (tool) group_left () {BY_TOOL} > 0.05",
        f"{ERRORS} / ignoring (reason) group_left () sum without (status) ({REQUESTS}) > 0.05",
        f"{ERRORS} or {REQUESTS}",
        f"sum({ERRORS}) / sum({REQUESTS}) > 0.05",
        f"{REQUESTS} > 2 and on (tool) {ERRORS} > 1",
        f"{REQUESTS} / 60 > 1",
    ],
)
def test_sides_that_may_agree_are_left_alone(expression: str) -> None:
    """Aggregated, or matched by the labels that both have, they go together."""
    assert ids(expression) == []


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (f"{REQUESTS} / on (tool) {BY_TOOL} > 1", ["ambiguous-match"]),
        (f"{BY_TOOL} / on (tool) {REQUESTS} > 1", ["ambiguous-match"]),
        (f"{REQUESTS} / on (tool) group_left () {BY_TOOL} > 1", []),
        (
            f"{REQUESTS} / on (tool) group_right () {BY_TOOL} > 1",
            ["ambiguous-match"],
        ),
        (f"topk(1, {REQUESTS}) / on (tool) {BY_TOOL} > 1", []),
        (f"({REQUESTS} > 5) / on (tool) {BY_TOOL} > 1", []),
        (f"{ONE} / on ({SERIES}) sum by ({SERIES}) ({REQUESTS}) > 1", []),
        (f"{REQUESTS} and on (tool) {ERRORS}", []),
    ],
)
def test_several_series_for_one_are_found_where_they_certainly_exist(
    expression: str, expected: list[str]
) -> None:
    """Series that are exposed from the start differ in a label that is not matched."""
    assert ids(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (f"sum by (tool, status) ({BY_TOOL}) > 1", ["lost-label"]),
        (
            f"{BY_TOOL} * on (tool, status) {BY_TOOL} > 1",
            ["lost-label"],
        ),
        (
            f"{BY_TOOL} * on (tool) group_left (reason) sum by (tool) ({ERRORS}) > 1",
            ["lost-label"],
        ),
        (f'label_replace(sum({REQUESTS}), "a", "$1", "tool", "(.*)") > 1', ["lost-label"]),
        (
            f"histogram_quantile(0.9, sum by (tool) ({BUCKETS})) > 1",
            [],
        ),
        (f"sum by (tol) ({REQUESTS}) > 1", ["unknown-grouping-label"]),
        (f"sum without (nowhere) ({REQUESTS}) > 1", []),
    ],
)
def test_a_label_that_is_read_where_it_is_gone_is_found(
    expression: str, expected: list[str]
) -> None:
    """A label that was dropped below is lost; one that never was is unknown."""
    assert ids(expression) == expected


def test_a_template_reads_the_labels_of_the_result() -> None:
    """The summary of an alert shows nothing for a label that the aggregation dropped."""
    expression = f"{BY_TOOL} > 1"
    assert ids(expression, template_labels=frozenset({"tool"})) == []
    (finding,) = found(expression, template_labels=frozenset({"tool", "status"}))
    assert finding.kind.id == "lost-label"
    assert "`$labels.status`, which `sum by (tool)" in finding.explanation


def test_a_template_does_not_see_the_labels_that_the_rule_adds() -> None:
    """Prometheus expands templates with the expression's labels, before it adds the rule's."""
    severity = frozenset({"severity"})
    (finding,) = found("up < 1", template_labels=severity, added_labels=severity)
    assert finding.kind.id == "lost-label"
    assert "which the rule adds" in finding.explanation


def test_a_label_of_an_unknown_metric_may_be_there() -> None:
    """Nothing is said of the labels of a metric that nobody knows."""
    assert ids("heard_of > 1", template_labels=frozenset({"tool"})) == ["unknown-metric"]
