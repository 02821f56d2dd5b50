"""Which labels and values each kind of node yields."""

import pytest

from opsconductor.monitoring.promql.flow import NAME, Shape, Yield, flow
from opsconductor.monitoring.promql.schema import ANY, Metric, Schema, Values
from opsconductor.monitoring.promql.syntax import parse
from opsconductor.monitoring.promql.values import FREE, every


def metric(name: str, **labels: str) -> Metric:
    """A metric; `a|b` are a label's values, `a|` says that some series lack it."""
    values = {
        label: Values(
            frozenset(value for value in text.split("|") if value), optional="" in text.split("|")
        )
        for label, text in labels.items()
    }
    return Metric(name=name, kind="counter", labels=values)


SCHEMA = Schema(
    {
        one.name: one
        for one in (
            metric("requests", status="success|error", tool="a|b"),
            metric("errors", reason="timeout|denied", tool="a|b"),
            metric("buckets", le="0.1|1.0|+Inf", tool="a|b"),
            metric("tools", tool="a|b|c", version="v1"),
            metric("mixed", zone="x|", tool="a"),
            metric("single"),
            Metric(name="vague", kind="gauge", labels={"tool": ANY}, open=True),
        )
    },
    "a test",
)


def outcome(text: str, schema: Schema = SCHEMA) -> Yield:
    """What a whole expression yields."""
    tree = parse(text)
    return flow(tree, schema)[tree]


def written(shape: Shape) -> str:
    """A shape in the order of its labels: `tool=a|b zone=|x`; the name first, without `=`.

    `?` is any value, `…` stands for further labels.
    """
    parts = []
    for label, values in sorted(shape.labels.items()):
        known = every(values)
        anything = "|?" if values.optional else "?"
        text = anything if known is None else "|".join(sorted(known))
        parts.append(text if label == NAME and text else f"{label}={text}")
    return " ".join([*parts, *(["…"] if shape.open else [])])


def yields(text: str) -> list[str]:
    """The shapes of an expression, written."""
    return sorted(written(shape) for shape in outcome(text).shapes)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("requests", ["requests status=error|success tool=a|b"]),
        ('requests{status="error"}', ["requests status=error tool=a|b"]),
        ('requests{status!="error"}', ["requests status=success tool=a|b"]),
        ('requests{status=~"err.*|x"}', ["requests status=error tool=a|b"]),
        ('requests{status!~"e.+"}', ["requests status=success tool=a|b"]),
        ('requests{status=~"err"}', []),
        ('requests{nowhere="x"}', []),
        ('requests{nowhere=""}', ["requests status=error|success tool=a|b"]),
        ('requests{nowhere=~"x|"}', ["requests status=error|success tool=a|b"]),
        ('mixed{zone=""}', ["mixed tool=a"]),
        ('mixed{zone!=""}', ["mixed tool=a zone=x"]),
        ('mixed{zone=~".*"}', ["mixed tool=a zone=|x"]),
        ('requests{tool!~".*"}', []),
        ('{__name__=~"req.*|single"}', ["requests status=error|success tool=a|b", "single"]),
        ('vague{tool="x",more=~"a|b"}', ["vague more=a|b tool=x …"]),
        ("requests offset 5m", ["requests status=error|success tool=a|b"]),
        ("heard_of", ["heard_of …"]),
    ],
)
def test_selectors_keep_what_their_matchers_admit(text: str, expected: list[str]) -> None:
    """A matcher that matches the empty value also matches series without the label."""
    assert yields(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rate(requests[5m])", ["status=error|success tool=a|b"]),
        ("last_over_time(errors[5m])", ["errors reason=denied|timeout tool=a|b"]),
        ("max_over_time(rate(requests[5m])[1h:1m])", ["status=error|success tool=a|b"]),
        ("sort(single)", ["single"]),
        ("-single", [""]),
        ("histogram_quantile(0.9, buckets)", ["tool=a|b"]),
        ("quantile_over_time(0.9, requests[5m])", ["status=error|success tool=a|b"]),
        ("vector(1)", [""]),
        ("hour()", [""]),
        ('absent(requests{tool="a",status!="x"})', ["tool=a"]),
        ('absent_over_time(requests{tool="a"}[5m])', ["tool=a"]),
        ("absent(sum(requests))", [""]),
        ("info(requests)", ["requests status=error|success tool=a|b …"]),
        ('count_values("v", requests)', ["v=?"]),
        ('histogram_quantiles(buckets, "q", 0.5, 0.9)', ["q=? tool=a|b"]),
    ],
)
def test_functions_drop_keep_and_add_labels(text: str, expected: list[str]) -> None:
    """Each function's effect on the name and the labels is Prometheus's."""
    assert yields(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('label_replace(single, "a", "x", "", "")', ["single a=x"]),
        ('label_replace(single, "a", "$1", "__name__", "(.*)")', ["single a=single"]),
        ('label_replace(tools, "a", "$1", "version", "v(.)")', ["tools a=1 tool=a|b|c version=v1"]),
        ('label_replace(tools, "tool", "", "version", "v1")', ["tools version=v1"]),
        ('label_replace(tools, "a", "x", "tool", "[ab]")', ["tools a=|x tool=a|b|c version=v1"]),
        ('label_replace(tools, "a", "$1", "version", ".*")', ["tools tool=a|b|c version=v1"]),
        ('label_replace(tools, "a", "x", "version", "w.*")', ["tools tool=a|b|c version=v1"]),
        ('label_join(mixed, "a", "-", "tool", "zone")', ["mixed a=a-|a-x tool=a zone=|x"]),
    ],
)
def test_made_up_labels_have_the_values_that_their_sources_give(
    text: str, expected: list[str]
) -> None:
    """What can be reckoned from known values is reckoned."""
    assert yields(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sum(requests)", [""]),
        ("sum by (tool, nowhere) (requests)", ["tool=a|b"]),
        ("sum without (tool) (requests)", ["status=error|success"]),
        ("max by (zone) (mixed)", ["zone=|x"]),
        ("sum by (__name__) (single)", ["single"]),
        ("topk by (tool) (1, tools)", ["tools tool=a|b|c version=v1"]),
        ("limitk(1, single)", ["single"]),
        ("quantile(0.5, single)", [""]),
        ("sum by (more) (vague)", ["more=|?"]),
        ("sum without (tool) (vague)", ["__name__= tool= …"]),
    ],
)
def test_aggregations_keep_the_labels_that_groups_are_told_apart_by(
    text: str, expected: list[str]
) -> None:
    """`by` keeps what it names, `without` the rest, and some aggregations give whole series."""
    assert yields(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("requests / errors", []),
        ("requests / on (tool) errors", ["tool=a|b"]),
        ("requests > on (tool) errors", ["tool=a|b"]),
        ("requests / ignoring (status, reason) errors", ["tool=a|b"]),
        (
            "requests * on (tool) group_left (version) tools",
            ["status=error|success tool=a|b version=v1"],
        ),
        ("tools * on (tool) group_right () requests", ["status=error|success tool=a|b"]),
        ("requests > requests", ["requests status=error|success tool=a|b"]),
        ("requests > bool requests", ["status=error|success tool=a|b"]),
        ("requests > 1", ["requests status=error|success tool=a|b"]),
        ("1 < requests", ["requests status=error|success tool=a|b"]),
        ("requests > bool 1", ["status=error|success tool=a|b"]),
        ("requests * 2", ["status=error|success tool=a|b"]),
        ('requests{status="error"} / requests{status="success"}', []),
        ("requests and errors", []),
        ("requests and on (tool) tools", ["requests status=error|success tool=a|b"]),
        ('tools and on (tool) requests{tool="a"}', ["tools tool=a version=v1"]),
        ("requests unless errors", ["requests status=error|success tool=a|b"]),
        ("single or sum(errors)", ["", "single"]),
        ("mixed / sum by (tool) (requests)", ["tool=a"]),
        ("vague / sum by (tool) (requests)", ["tool=a|b"]),
        ("mixed + fill (0) single", ["…"]),
    ],
)
def test_operations_yield_what_agrees(text: str, expected: list[str]) -> None:
    """Sides that can never agree yield nothing; a missing label agrees with an empty one."""
    assert yields(text) == expected


@pytest.mark.parametrize("text", ["1", "time()", "scalar(requests)", "1 + 2", "-(1)", "pi()"])
def test_numbers_are_no_vectors(text: str) -> None:
    """A number is always there and has no labels."""
    found = outcome(text)
    assert found.scalar
    assert not found.never


@pytest.mark.parametrize(
    ("text", "sparse"),
    [
        ("requests", False),
        ("sum(rate(requests[5m]))", False),
        ("requests > 1", True),
        ("requests > bool 1", False),
        ("absent(requests)", True),
        ("requests and single", True),
        ("(requests > 1) or vector(0)", False),
        ("sum(requests > 1) / sum(requests)", True),
    ],
)
def test_what_may_be_empty_by_what_it_asks_is_known(text: str, sparse: bool) -> None:
    """Comparisons and intersections may leave nothing although every series exists."""
    assert outcome(text).sparse is sparse


def test_of_an_incomplete_schema_other_names_are_possible() -> None:
    """Where a metric may exist that nobody has heard of, nothing is said of it."""
    incomplete = Schema(SCHEMA.metrics, "a test", complete=False)
    assert FREE in [shape[NAME] for shape in outcome('{tool="a"}', incomplete).shapes]


def test_values_that_were_only_seen_are_not_all_there_may_be() -> None:
    """A status code that has not occurred yet may still come; a bucket's bound may not."""
    seen = Schema(SCHEMA.metrics, "a page", observed=True)
    assert not outcome('requests{status="pending"}', seen).never
    assert outcome('buckets{le="1"}', seen).never


def test_many_alternatives_are_merged_without_losing_any() -> None:
    """The number of shapes is bounded, and every series still fits one."""
    many = {
        f"metric_{n}": metric(f"metric_{n}", **{f"label_{n % 20}": f"v{n}"}) for n in range(200)
    }
    found = outcome('{__name__=~"metric_.*"}', Schema(many, "a test"))
    assert len(found.shapes) <= 12
    for n in range(200):
        assert any(f"v{n}" in (shape[f"label_{n % 20}"].known or ()) for shape in found.shapes)
