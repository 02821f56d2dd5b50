"""Rules and samples as hypothesis makes them: odd, but such as Prometheus accepts."""

from typing import Any

from hypothesis import strategies as st
from tests.proof.samples import climbing

STEP = 30
STEPS = 160
INSTANCES = ("a", "b", "c")
RULES = 5
"""Alerting rules of one example."""

_HOLDS = st.sampled_from(["0s", "30s", "45s", "1m", "2m", "5m"])
_WINDOWS = st.sampled_from(["1m", "2m", "5m", "10m"])
_LIMITS = st.sampled_from([-1, 0, 1, 2, 3])
_COMPARED = st.sampled_from([">", "<", ">=", "<=", "==", "!="])


def _stretches(values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    """Values that stay for a while, so that something may hold; None is no sample."""
    stretch = st.tuples(values, st.integers(1, 9))
    return st.lists(stretch, min_size=25, max_size=50).map(
        lambda all_: [value for value, length in all_ for _ in range(length)][:STEPS]
    )


def _padded(values: list[Any]) -> list[Any]:
    return values + values[-1:] * (STEPS - len(values))


_GAUGE = _stretches(st.sampled_from([None, 0, 1, 2, 3])).map(_padded)
_COUNTER = _stretches(st.sampled_from([None, 0, 1, 4])).map(_padded).map(climbing)


@st.composite
def samples(draw: st.DrawFn) -> dict[str, list[float | None]]:
    """A gauge and a counter of three instances; one of each may be missing from the start."""
    series: dict[str, list[float | None]] = {}
    for instance in INSTANCES:
        series[f'g{{instance="{instance}", job="x"}}'] = draw(_GAUGE)
        series[f'c_total{{instance="{instance}", job="x"}}'] = draw(_COUNTER)
    series['g{instance="steady", job="y"}'] = [1.0] * STEPS
    return series


_RAW = st.one_of(
    st.just("g"),
    st.just("sum by (job) (g)"),
    _WINDOWS.map(lambda window: f"rate(c_total[{window}]) * 30"),
    _WINDOWS.map(lambda window: f"max_over_time(g[{window}])"),
    _WINDOWS.map(lambda window: f"sum by (job) (increase(c_total[{window}]))"),
    st.just("g offset 2m"),
    st.just("avg_over_time((g > 1)[3m:30s])"),
)
_OF_RECORDED = st.one_of(
    st.just("{0}"),
    st.just("sum by (job) ({0})"),
    st.just("{0} * 2"),
    _WINDOWS.map(lambda window: f"sum_over_time({{0}}[{window}])"),
    _WINDOWS.map(lambda window: f"count_over_time({{0}}[{window}])"),
    st.just("{0} offset 90s"),
    st.just("changes({0}[3m])"),
)


_RATIOS = st.sampled_from(
    [
        "r:ratio",
        'r:ratio{kind="ratio"} / 0.5',
        "max by (kind, instance) (r:ratio)",
        "sum by (instance) (r:ratio)",
        "sum by (kind) (r:bad)",
        "r:bad * 2",
        "r:ratio * on (instance) g",
        "max_over_time(r:ratio[2m])",
    ]
)
"""Ratios as the SLO compiler records them, read in the ways that alerts read them."""


def _compared(value: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(lambda text, by, limit: f"{text} {by} {limit}", value, _COMPARED, _LIMITS)


@st.composite
def _recorded_ratio(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Bad events, all events and their ratio, with 0 where there is nothing bad."""
    level = draw(st.sampled_from(["by (instance) ", ""]))
    on = "instance" if level else ""
    events = draw(st.sampled_from(["increase(c_total[2m])", "g", "g > 1"]))
    bad = draw(st.sampled_from(["increase(c_total[1m])", 'g{instance="a"}', "g > 2", "-1 * g"]))
    # A label that replaces one of the level would make one series of several.
    more = [{}, {"job": "x"}, *([] if level else [{"instance": "told"}])]
    labels = {"kind": "ratio"} | draw(st.sampled_from(more))
    return [
        {"record": "r:all", "expr": f"sum {level}({events})", "labels": labels},
        {
            "record": "r:bad",
            "expr": f"sum {level}({bad}) or on ({on}) r:all * 0",
            "labels": labels,
        },
        {"record": "r:ratio", "expr": "r:bad / (r:all > 0) or r:all * 0", "labels": labels},
    ]


@st.composite
def rules(draw: st.DrawFn) -> dict[str, Any]:
    """Two groups: recorded series that come and go, and alerts that read raw and recorded ones."""
    recorded = [
        {"record": "r:first", "expr": draw(_compared(_RAW))},
        {"record": "r:second", "expr": draw(_RAW), "labels": {"kind": "second"}},
        {"record": "r:third", "expr": draw(_compared(_OF_RECORDED)).format("r:first")},
        *draw(_recorded_ratio()),
    ]
    name = st.sampled_from(["r:first", "r:second", "r:third"])
    read = st.builds(lambda text, of: text.format(of), _OF_RECORDED, name)
    simple = _compared(st.one_of(_RAW, read, _RATIOS))
    # A dear part and a cheap one: what is evaluated only where the cheap one lets through.
    gated = st.builds(
        lambda cheap, dear: f"{dear} and on (job) {cheap}",
        _compared(st.just("g")),
        _compared(st.just("sum by (job) (increase(c_total[10m]))")),
    )
    joined = st.builds(
        lambda one, word, other: f"{one} {word} {other}",
        simple,
        st.sampled_from(["and on (job)", "or", "unless on (job)"]),
        simple,
    )
    absent = name.map(lambda of: f"absent({of})")
    expressions = st.one_of(simple, simple, gated, joined, absent)
    alerts = [
        {
            "alert": f"Alert{number}",
            "expr": draw(expressions),
            "for": draw(_HOLDS),
            "keep_firing_for": draw(_HOLDS),
            "labels": {"severity": "warning", "of": "{{ $labels.instance }}"},
        }
        for number in range(RULES)
    ]
    same, other = alerts[:3], alerts[3:]
    return {
        "groups": [
            {"name": "recorded", "interval": f"{STEP}s", "rules": [*recorded, *same]},
            {"name": "other", "interval": f"{STEP}s", "rules": other},
        ]
    }
