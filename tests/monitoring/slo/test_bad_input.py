"""What cannot be compiled is refused with file, line and reason, and hides nothing else."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsconductor.monitoring.slo.compiler import compiled
from opsconductor.monitoring.slo.promise import Options
from opsconductor.objectives import DAY

Text = Callable[..., str]
OPTIONS = Options(retention=15 * DAY)
WEEK = "[{duration: 1w, isRolling: true}]"
RATIO = "      ratioMetric:\n"


def refused(text: str, options: Options = OPTIONS) -> list[str]:
    """What is said of a text of which nothing is compiled."""
    found = compiled({"slo.yaml": text}, options)
    assert found.promises == ()
    assert found.problems
    return [str(one) for one in found.problems]


def metric(query: str, kind: str = "Prometheus") -> str:
    """A metric with a query."""
    return f"{{metricSource: {{type: {kind}, spec: {{query: '{query}'}}}}}}"


TOTAL = f"        total: {metric('shop_orders_total')}\n"
BAD = f"        bad: {metric('shop_failed_total')}\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "slo.yaml:1: holds no document"),
        ("# only a comment\n", "holds no document"),
        ("---\n---\n", "holds no document"),
        ("[]\n", "holds no document"),
        ("just words\n", "a document is a mapping"),
        ("a: 1\nb: c: d\n", "slo.yaml:2: not valid YAML"),
        ("a: b: c\n", "not valid YAML"),
        ("\x00\x01binary", "a character that YAML does not allow"),
        ("a: &x [*x]\n", "aliases resolved"),
        ("? [a, b]\n: c\n", "a key must be a plain text"),
        ("kind: SLO\n", "apiVersion is missing; it has to be openslo/v1"),
        ("apiVersion: openslo/v2alpha\nkind: SLO\n", "'openslo/v2alpha' is not known"),
        ("apiVersion: openslo/v1\nkind: Objective\n", "slo.yaml:2: Objective without a name: kind"),
        ("apiVersion: openslo/v1\nkind: SLO\n", "metadata: is missing"),
        ("[" * 5000, "slo.yaml:1"),
    ],
)
def test_a_text_that_is_no_openslo_says_where(text: str, says: str) -> None:
    """Never a traceback, never nothing."""
    assert any(says in line for line in refused(text))


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"objectives": "[{target: 1}]"}, "target 1 is not between 0 and 1"),
        ({"objectives": "[{target: 0}]"}, "target 0 is not between 0 and 1"),
        ({"objectives": "[{target: -0.5}]"}, "is not between 0 and 1"),
        ({"objectives": "[{targetPercent: 100}]"}, "targetPercent 100 is not between 0 and 100"),
        ({"objectives": "[{}]"}, "give one of target (0.99) and targetPercent (99)"),
        ({"objectives": "[{target: 0.9, targetPercent: 90}]"}, "give one of target"),
        ({"objectives": "[{target: .nan}]"}, "objectives.0.target"),
        ({"objectives": "[{target: 95%}]"}, "target: is no number; write a share such as 0.995"),
        ({"objectives": "[]"}, "spec.objectives"),
        ({"objectives": "[{target: 0.99, value: 1, typo: 2}]"}, "no such field"),
        ({"window": "[]"}, "timeWindow is missing"),
        ({"window": "[{duration: 1w}]"}, "either rolling (isRolling: true) or has a calendar"),
        ({"window": "[{duration: 1 week, isRolling: true}]"}, "is no duration"),
        ({"window": "[{duration: 0d, isRolling: true}]"}, "is no duration"),
        ({"window": "[{duration: 30d, isRolling: true}]"}, "longer than samples are kept (15d)"),
        ({"window": "[{duration: 1h, isRolling: true}]"}, "no burn tier of ours fits"),
        (
            {"window": "[{duration: 1m, calendar: {startTime: 2026-01-01, timeZone: UTC}}]"},
            "1M is a month, 1m a minute",
        ),
        (
            {"window": "[{duration: 1w, calendar: {startTime: 2026-01-01, timeZone: Mars/X}}]"},
            "'Mars/X' is not in this machine's",
        ),
        (
            {"window": "[{duration: 1d, calendar: {startTime: soon, timeZone: UTC}}]"},
            "'soon' is no date and time",
        ),
        (
            {
                "window": "[{duration: 1d, "
                "calendar: {startTime: '2026-01-01T00:00:00Z', timeZone: UTC}}]"
            },
            "write it without a zone",
        ),
        ({"method": "Timeslices"}, "Timeslices wants a timeSliceWindow"),
        (
            {"method": "Timeslices", "objectives": "[{target: 0.9, timeSliceWindow: 1m}]"},
            "wants a timeSliceTarget",
        ),
        (
            {
                "method": "Timeslices",
                "objectives": "[{target: 0.9, timeSliceWindow: 5d, timeSliceTarget: 0.9}]",
            },
            "does not hold two slices",
        ),
        (
            {
                "method": "RatioTimeslices",
                "objectives": "[{target: 0.9, timeSliceWindow: 1m, timeSliceTarget: 0.9}]",
            },
            "has no timeSliceTarget",
        ),
        ({"objectives": "[{target: 0.99, timeSliceWindow: 1m}]"}, "belong to the methods"),
        ({"method": "Sometimes"}, "spec.budgetingMethod"),
        ({"objectives": "[{target: 0.9, timeSliceWindow: .inf}]"}, "no whole number of minutes"),
        ({"objectives": "[{target: 0.9, timeSliceWindow: 1.5}]"}, "no whole number of minutes"),
        ({"objectives": "[{target: 0.9, timeSliceWindow: 0}]"}, "'0m' is no duration"),
        (
            {"objectives": "[{target: 0.9}]", "window": "[{duration: 15d, isRolling: true}]"},
            None,
        ),
        (
            {
                "objectives": "[{target: 0.8}]",
                "window": "[{duration: 15d, isRolling: true}]",
            },
            "a burn of 7.2 times the budget of 0.2 is an error ratio of 1.44",
        ),
        ({"indicator": RATIO + BAD}, "total is missing"),
        ({"indicator": RATIO + TOTAL}, "give one of good and bad beside total"),
        (
            {"indicator": RATIO + BAD + TOTAL + f"        good: {metric('x_total')}\n"},
            "give one of good and bad beside total",
        ),
        ({"indicator": RATIO + f"        raw: {metric('x')}\n"}, "raw needs rawType"),
        (
            {
                "indicator": RATIO
                + f"        rawType: success\n        raw: {metric('x')}\n"
                + TOTAL
            },
            "raw is a ratio already",
        ),
        ({"indicator": "      description: none\n"}, "give one of ratioMetric and thresholdMetric"),
        (
            {"indicator": f"      thresholdMetric: {metric('x')}\n"},
            "compared by op (lte, gte, lt, gt) with value",
        ),
        (
            {"indicator": RATIO + TOTAL + f"        bad: {metric('x', 'Datadog')}\n"},
            "the metric source is Datadog",
        ),
        (
            {"indicator": RATIO + TOTAL + "        bad: {metricSource: {type: Prometheus}}\n"},
            "metricSource.spec.query is missing",
        ),
        (
            {"indicator": RATIO + TOTAL + "        bad: {metricSource: {spec: {query: x}}}\n"},
            "give type, or metricSourceRef",
        ),
        (
            {"indicator": RATIO + TOTAL + "        bad: {metricSource: {metricSourceRef: far}}\n"},
            "no DataSource is called far",
        ),
        ({"indicator": RATIO + TOTAL + f"        bad: {metric('sum(x')}\n"}, "no PromQL: "),
        (
            {"indicator": RATIO + TOTAL + f"        bad: {metric('sum(rate(x[5m]))')}\n"},
            "has a window of its own",
        ),
        ({"indicator": RATIO + TOTAL + f"        bad: {metric('1')}\n"}, "reads no series"),
        (
            {
                "indicator": f"      thresholdMetric: {metric('x')}\n",
                "objectives": "[{op: lt, value: 1, target: 0.99}, {op: lt, value: 2, target: 0.9}]",
            },
            "a thresholdMetric has one objective",
        ),
        ({"annotations": "{a b: c}"}, "'a b' is no key"),
        ({"annotations": "{Example.com/a: c}"}, "what stands before the / is no DNS name"),
        ({"annotations": "{/a: c}"}, "what stands before the / is no DNS name"),
        ({"annotations": "{example.com/: c}"}, "'' is no key"),
        ({"annotations": "{opsconductor.io/burn-tires: none}"}, "no such annotation"),
        ({"annotations": "{opsconductor.io/burn-tiers: some}"}, "write default, none, or a JSON"),
        ({"annotations": "{opsconductor.io/burn-tiers: '[]'}"}, "an empty list has no tier"),
        (
            {"annotations": '{opsconductor.io/burn-tiers: \'[{"tier":"fast","burn":200}]\'}'},
            "a burn of 200 times the budget of 0.01 is an error ratio of 2",
        ),
        (
            {"annotations": '{opsconductor.io/burn-tiers: \'[{"tier":"fast","long":"9d"}]\'}'},
            "not longer than the period",
        ),
        ({"annotations": "{opsconductor.io/budget-over: eternity}"}, "write period or retention"),
        ({"annotations": "{opsconductor.io/breakdown: 'a b'}"}, "is no label name"),
        (
            {"more": "  alertPolicies: [{alertPolicyRef: loud}]\n"},
            "no AlertPolicy is called loud",
        ),
        ({"more": "  alertPolicies: [loud]\n"}, "no AlertPolicy is called loud"),
    ],
)
def test_an_slo_that_cannot_work_is_refused_with_the_reason(
    slo: Text, given: dict[str, str], says: str | None
) -> None:
    """File, line and what to write instead."""
    text = slo(**{"window": WEEK, **given})
    if says is None:
        assert compiled({"slo.yaml": text}, OPTIONS).problems == ()
        return
    lines = refused(text)
    assert any(says in line for line in lines), lines
    assert all(line.startswith("slo.yaml:") for line in lines)


def test_one_broken_slo_does_not_hide_the_others(slo: Text) -> None:
    """Of three, the middle one is refused; so it is when the middle file is no YAML at all."""
    good = slo(window=WEEK)
    broken = good.replace("name: orders\n", "name: wrong\n").replace("0.99", "99")
    other = good.replace("name: orders\n", "name: other\n")
    found = compiled({"a.yaml": f"{good}---\n{broken}---\n{other}"}, OPTIONS)
    assert [one.slo for one in found.promises] == ["orders", "other"]
    assert [one.position.line for one in found.problems] == [
        good.count("\n") + 1 + broken.split("objectives")[0].count("\n") + 1
    ]
    found = compiled({"a.yaml": good, "b.yaml": "}", "c.yaml": other}, OPTIONS)
    assert [one.slo for one in found.promises] == ["orders", "other"]
    assert [one.position.file for one in found.problems] == ["b.yaml"]


def test_the_same_name_twice_is_told_with_both_places(slo: Text) -> None:
    """Series of two SLOs would be one."""
    good = slo(window=WEEK)
    found = compiled({"a.yaml": good, "b.yaml": good}, OPTIONS)
    assert [str(one) for one in found.problems] == [
        "b.yaml:4: SLO orders: the name is already taken at a.yaml:1; give each SLO its own"
    ]


def test_a_reference_that_leads_nowhere_names_what_there_is(slo: Text) -> None:
    """A slip of the pen is seen at once."""
    service = "apiVersion: openslo/v1\nkind: Service\nmetadata: {name: store}\nspec: {}\n"
    (line,) = refused(f"{slo(window=WEEK)}---\n{service}")
    assert "no Service is called shop; there are store" in line


def policy(condition: str) -> str:
    """An SLO's alert policy with one condition, all in place."""
    return f"""\
  alertPolicies:
    - metadata: {{name: p}}
      spec:
        alertWhenBreaching: true
        conditions:
          - metadata: {{name: c}}
            spec:
              severity: page
              condition: {{{condition}, lookbackWindow: 1h, alertAfter: 0m}}
        notificationTargets: [{{metadata: {{name: t}}, spec: {{target: mail}}}}]
"""


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        ("threshold: 100", "a burn of 100 times the budget of 0.01 is an error ratio of 1,"),
        ("op: gte, threshold: 101", "is an error ratio of 1.01,"),
        ("op: lt, threshold: 0", "no burn is below 0"),
    ],
)
def test_a_condition_that_can_never_hold_is_refused(slo: Text, condition: str, says: str) -> None:
    """OpenSLO's own conditions are held against the same bounds as tiers."""
    (line,) = refused(slo(window=WEEK, more=policy(condition)))
    assert "the condition c can never hold" in line
    assert says in line


@pytest.mark.parametrize(
    "condition", ["op: gte, threshold: 100", "op: lte, threshold: 0", "op: lt, threshold: 0.5"]
)
def test_a_condition_at_the_very_bound_is_compiled(slo: Text, condition: str) -> None:
    """Nothing but errors is a burn of 100 here, and no error at all is one of 0."""
    assert compiled({"slo.yaml": slo(window=WEEK, more=policy(condition))}, OPTIONS).promises


@pytest.mark.parametrize("name", ["Orders", "team/orders.v2", "a|b", "x" * 255, "7"])
def test_a_name_may_be_what_the_specification_encourages(slo: Text, name: str) -> None:
    """RFC 1123 is the least; capitals stand in the specification's own examples."""
    text = slo(window=WEEK).replace("name: orders\n", f"name: '{name}'\n", 1)
    found = compiled({"slo.yaml": text}, OPTIONS)
    assert found.problems == ()
    assert [one.slo for one in found.promises] == [name]


@pytest.mark.parametrize("name", ["", "-a", "a-", "a b", "a_b", 'a"b', "{{a}}", "x" * 256])
def test_a_name_that_fits_no_implementation_is_refused(slo: Text, name: str) -> None:
    """It becomes a label, a rule group and part of a sentence."""
    text = slo(window=WEEK).replace("name: orders\n", f"name: '{name}'\n", 1)
    assert any("is no name" in line for line in refused(text))


def test_a_missing_time_window_is_told_from_a_slip(slo: Text) -> None:
    """OpenSLO lets it be left out, so the reason is what a budget needs."""
    text = slo().replace("  timeWindow: [{duration: 30d, isRolling: true}]\n", "")
    (line,) = refused(text)
    assert "timeWindow is missing: OpenSLO lets it be left out" in line


scalars = st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=12)
WORDS = """
apiVersion kind metadata name spec service indicator ratioMetric good bad total raw target
objectives timeWindow duration annotations metricSource query type x
"""
names = st.sampled_from(WORDS.split())
trees = st.recursive(
    scalars | st.sampled_from(["openslo/v1", "SLO", "SLI", "Prometheus", "30d", "$window"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=5),
    max_leaves=25,
)


@given(trees)
@settings(max_examples=150, deadline=None)
def test_any_document_ends_in_a_verdict(tree: object) -> None:
    """Whatever YAML it is: compiled or refused, never an exception."""
    import yaml  # noqa: PLC0415  only to write the examples

    documents = [tree, {"apiVersion": "openslo/v1", "kind": "SLO", "metadata": tree, "spec": tree}]
    for document in documents:
        found = compiled({"x.yaml": yaml.safe_dump(document, allow_unicode=True)}, OPTIONS)
        assert found.problems or found.promises


@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda raw: raw.decode("latin-1")))
@settings(max_examples=150, deadline=None)
def test_any_text_ends_in_a_verdict(text: str) -> None:
    """Garbage is told as garbage."""
    assert compiled({"x.yaml": text}, OPTIONS).problems


@given(st.text(alphabet="sumrate()[]{}$window5m_/+\"'=~x.,<>@ \\", max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_query_ends_in_a_verdict(query: str) -> None:
    """A query is compiled or refused; what is compiled is PromQL again."""
    from opsconductor.monitoring.slo.queries import QueryError, check, query_text  # noqa: PLC0415

    try:
        found = query_text(query)
    except QueryError:
        return
    check(found.over("5m"))
