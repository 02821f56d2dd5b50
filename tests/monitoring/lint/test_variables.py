"""Grafana's variables, in every spelling and place, give way to text that PromQL can be read of."""

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from promql_parser import parse

from opsconductor.monitoring.lint.dashboard import load
from opsconductor.monitoring.lint.promql_text import spans
from opsconductor.monitoring.lint.query import ANYTHING
from opsconductor.monitoring.lint.variable_values import Held, values
from opsconductor.monitoring.lint.variables import REFERENCE, Substitution, substitute

SCRAPE_INTERVAL = 15.0


def custom(name: str, query: str, **fields: Any) -> dict[str, Any]:
    """A variable with options that the dashboard lists."""
    return {"name": name, "type": "custom", "query": query, **fields}


def queried(name: str, **fields: Any) -> dict[str, Any]:
    """A variable whose options a query gives."""
    return {"name": name, "type": "query", "query": "label_values(x, y)", **fields}


VARIABLES: list[dict[str, Any]] = [
    {"name": "datasource", "type": "datasource", "query": "prometheus"},
    {"name": "prefix", "type": "constant", "query": "ai"},
    {"name": "first", "type": "interval", "query": "'7m', 1h"},
    {"name": "window", "type": "interval", "query": "1m,10m,1h", "current": {"value": "10m"}},
    {
        "name": "auto",
        "type": "interval",
        "query": "1m,1h",
        "current": {"value": "$__auto_interval_auto"},
    },
    custom("quantile", "0.5, 0.95,0.99", current={"value": "0.95"}),
    custom("agg", "sum,avg,max"),
    custom("env", "Production : prod, Staging : staging", current={"value": "prod"}),
    custom("pattern", "a.*,b[0-9]+"),
    custom("plain", "a.b,c|d", multi=True),
    custom("codes", "404,500", includeAll=True, allValue=".*", current={"value": ["$__all"]}),
    custom("labels", "status,tool", multi=True, current={"value": ["status", "tool"]}),
    custom("offset", "5m,1d"),
    queried("tool"),
    queried("job", current={"value": "api"}),
    queried("pools", multi=True, includeAll=True, current={"value": ["$__all"]}),
    queried("job_haproxy"),
    {"name": "typed", "type": "textbox", "query": "", "current": {"value": "x"}},
    {"name": "bare", "type": "textbox", "query": ""},
]


def held(**dashboard: Any) -> dict[str, Held]:
    """What the variables may hold, in a dashboard of an hour."""
    document = {
        "panels": [],
        "time": {"from": "now-1h", "to": "now"},
        "templating": {"list": VARIABLES},
    }
    return values(load("board.json", json.dumps(document | dashboard)), SCRAPE_INTERVAL)


HELD = held()
ANY = f'=~"{ANYTHING}"'

SPELLINGS = {
    # in the value of a matcher: a regular expression for all that it may be
    'x{tool="$tool"}': f"x{{tool{ANY}}}",
    'x{tool=~"$tool"}': f"x{{tool{ANY}}}",
    'x{tool=~"${tool}"}': f"x{{tool{ANY}}}",
    'x{tool=~"${tool:regex}"}': f"x{{tool{ANY}}}",
    'x{tool=~"${tool:pipe}"}': f"x{{tool{ANY}}}",
    'x{tool=~"[[tool]]"}': f"x{{tool{ANY}}}",
    'x{tool=~"[[tool:regex]]"}': f"x{{tool{ANY}}}",
    "x{tool=~'$tool'}": f"x{{tool=~'{ANYTHING}'}}",
    "x{a=~`\\d$plain`}": 'x{a=~"\\\\d(?:a\\\\.b|c\\\\|d)"}',
    "x{a=~`\\d$prefix`}": 'x{a=~"\\\\dai"}',
    "x{tool=~`$tool`}": f"x{{tool{ANY}}}",
    'x{tool!="$tool"}': f"x{{tool{ANY}}}",
    'x{tool!~"$tool"}': f"x{{tool{ANY}}}",
    'x{ tool =~ "$tool" , a="b" }': f'x{{ tool =~"{ANYTHING}" , a="b" }}',
    'x{tool=~"($tool).*"}': f'x{{tool=~"({ANYTHING}).*"}}',
    'x{a=~"($tool|$job|other).*"}': f'x{{a=~"({ANYTHING}|{ANYTHING}|other).*"}}',
    'x{a=~"$tool([\\\\.:].*)?"}': f'x{{a=~"{ANYTHING}([\\\\.:].*)?"}}',
    'x{a="mds.$tool"}': f'x{{a=~"mds\\\\.{ANYTHING}"}}',
    'x{a=~"[$tool]"}': f"x{{a{ANY}}}",
    'x{a=~"\\\\$tool"}': f"x{{a{ANY}}}",
    'x{a="$job_haproxy"}': f"x{{a{ANY}}}",
    'x{a="${job}_haproxy"}': f'x{{a=~"{ANYTHING}_haproxy"}}',
    'x{env="$env"}': 'x{env=~"(?:prod|staging)"}',
    'x{env!="$env"}': f"x{{env{ANY}}}",
    'x{q="$quantile"}': 'x{q=~"(?:0\\\\.5|0\\\\.95|0\\\\.99)"}',
    'x{a=~"$pattern"}': 'x{a=~"(?:a.*|b[0-9]+)"}',
    'x{a=~"$plain"}': 'x{a=~"(?:a\\\\.b|c\\\\|d)"}',
    'x{code=~"$codes"}': 'x{code=~"(?:404|500|.*)"}',
    'x{a="$typed"}': f"x{{a{ANY}}}",
    'x{p="$prefix"}': 'x{p="ai"}',
    'x{p!="$prefix"}': 'x{p!="ai"}',
    'x{p=~"$prefix-.*"}': 'x{p=~"ai-.*"}',
    'x{org="${__org.name}", user="${__user.login}"}': f"x{{org{ANY}, user{ANY}}}",
    'x{a="5$"}': 'x{a="5$"}',
    'x{a=~"^a$|^b$"}': 'x{a=~"^a$|^b$"}',
    # durations
    "rate(x[$__rate_interval])": "rate(x[1m])",
    "rate(x[${__rate_interval}])": "rate(x[1m])",
    "rate(x[[[__rate_interval]]])": "rate(x[1m])",
    "rate(x[$__interval])": "rate(x[1m])",
    "rate(x[${__interval}])": "rate(x[1m])",
    "increase(x[$__range])": "increase(x[1h])",
    "increase(x[${__range_s}s])": "increase(x[3600s])",
    "increase(x[${__range_ms}ms])": "increase(x[3600000ms])",
    "rate(x[$window])": "rate(x[10m])",
    "rate(x[$first])": "rate(x[7m])",
    "rate(x[$auto])": "rate(x[1m])",
    "rate(x[$__auto_interval_auto])": "rate(x[1m])",
    "max_over_time(x[$__range:$__interval])": "max_over_time(x[1h:1m])",
    "max_over_time(x[$__range:])": "max_over_time(x[1h:])",
    "x offset $offset": "x offset 5m",
    "x offset -$offset": "x offset -5m",
    "x[$window] offset $__range": "x[10m] offset 1h",
    "x @ ${__to:date:seconds}": "x @ 1700000000000",
    # numbers
    "topk($__range_s, x)": "topk(3600, x)",
    "histogram_quantile($quantile, x)": "histogram_quantile(0.95, x)",
    "x / ($__interval_ms / 1000)": "x / (60000 / 1000)",
    "x > $quantile": "x > 0.95",
    # names
    "sum by ($labels) (x)": "sum by ((status|tool)) (x)",
    "sum by (${labels:csv}) (x)": "sum by (status,tool) (x)",
    "sum by (${labels:raw}, le) (x)": "sum by (status,tool, le) (x)",
    "$agg by (le) (x)": "sum by (le) (x)",
    "${agg}_over_time(x[5m])": "sum_over_time(x[5m])",
    "${prefix}_requests_total": "ai_requests_total",
    "rate(${prefix}_requests_total{}[5m])": "rate(ai_requests_total{}[5m])",
    'x{$agg="1"}': 'x{sum="1"}',
    "count by (${job}) (x)": "count by (api) (x)",
    # other strings keep what label_replace reads, and get what the dashboard opens with
    'label_replace(x, "a", "$1", "b", "(.*)")': 'label_replace(x, "a", "$1", "b", "(.*)")',
    'label_replace(x, "a", "${1}-$2", "b", "")': 'label_replace(x, "a", "${1}-$2", "b", "")',
    'label_replace(x, "a", "$name", "b", "(?P<name>.*)")': (
        'label_replace(x, "a", "$name", "b", "(?P<name>.*)")'
    ),
    'label_replace(x, "a", `"$env"`, "b", "")': 'label_replace(x, "a", "\\"prod\\"", "b", "")',
    'label_replace(x, "a", "$env", "b", "")': 'label_replace(x, "a", "prod", "b", "")',
    # comments and empty text
    "x # by $nobody\n+ y": "x # by $nobody\n+ y",
    "": "",
}  # fmt: skip
UNREADABLE = {"sum by ($labels) (x)", ""}
"""What Grafana itself would send, and Prometheus refuse."""


@pytest.mark.parametrize("written", SPELLINGS)
def test_each_spelling_gives_what_is_meant(written: str) -> None:
    """The text after substitution is the one that was worked out by hand, without leftovers."""
    assert substitute(written, HELD) == Substitution(SPELLINGS[written])


@pytest.mark.parametrize("written", sorted(SPELLINGS.keys() - UNREADABLE))
def test_what_comes_out_can_be_parsed(written: str) -> None:
    """The step is there so that PromQL's parser gets PromQL."""
    parse(substitute(written, HELD).text)


@pytest.mark.parametrize(
    ("written", "undefined", "unresolved"),
    [
        ('x{a="$nobody"}', ("nobody",), ()),
        ('x{a=~"${nobody:regex}|[[none]]"}', ("nobody", "none"), ()),
        ("rate(x[$nobody])", ("nobody",), ()),
        ("sum by ($nobody) (x)", ("nobody",), ()),
        ("x $__timeFilter", ("__timeFilter",), ()),
        ("topk($tool, x)", (), ("tool",)),
        ("sum by ($tool, $pools) (x)", (), ("tool", "pools")),
        ("rate(x[$bare])", (), ("bare",)),
        ('label_replace(x, "a", "$tool", "", "")', (), ("tool",)),
        ('x{a="$1"}', (), ()),
    ],
)
def test_what_has_no_value_is_named(
    written: str, undefined: tuple[str, ...], unresolved: tuple[str, ...]
) -> None:
    """A name that is not declared, and one whose values are not in the file, are told apart."""
    result = substitute(written, HELD)
    assert (result.undefined, result.unresolved) == (undefined, unresolved)


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ({"from": "now-30m", "to": "now"}, "30m"),
        ({"from": "now-7d", "to": "now"}, "7d"),
        ({"from": "now/d", "to": "now"}, "6h"),
        ({"from": "now-0s", "to": "now"}, "1s"),
        ({"from": 5, "to": None}, "6h"),
        ({}, "6h"),
    ],
)
def test_the_range_is_the_dashboards_own(time: dict[str, Any], expected: str) -> None:
    """`$__range` is what the dashboard opens with, or six hours where that cannot be told."""
    assert substitute("x[$__range]", held(time=time)).text == f"x[{expected}]"


def test_a_slow_scrape_makes_a_long_rate_interval() -> None:
    """Four scrapes of a minute are four minutes."""
    slow = values(load("board.json", '{"panels": []}'), 60.0)
    assert substitute("rate(x[$__rate_interval])", slow).text == "rate(x[4m])"


def test_inputs_of_an_export_count_as_known() -> None:
    """What the import dialog asks for is no undefined variable."""
    inputs = [
        {"name": "VAR_PREFIX", "type": "constant", "value": "ai"},
        {"name": "DS", "type": "datasource"},
    ]
    known = held(__inputs=inputs)
    assert substitute("${VAR_PREFIX}_total", known).text == "ai_total"
    assert substitute('x{a="${DS}"}', known).text == f"x{{a{ANY}}}"


def test_each_interval_can_be_marked() -> None:
    """Whoever looks for `$__interval` in the tree gives each a length of its own."""
    written = 'rate(x[$__interval]) + rate(y{a="$tool"}[${__interval}])'
    marked = substitute(written, HELD, lambda index: f"{index + 5}s").text
    assert marked == f"rate(x[5s]) + rate(y{{a{ANY}}}[6s])"


@pytest.mark.parametrize("choice", ['a"b', "a\\b", "a`b", "a\nb", "a'b", "(", "[", "*"])
@pytest.mark.parametrize("quote", ['"', "'", "`"])
def test_odd_choices_stay_inside_their_string(choice: str, quote: str) -> None:
    """A quote or a backslash in an option must not end the string or the expression."""
    odd = {"v": Held(choices=(choice, "other"), escaped=True)}
    for operator in ("=", "=~", "!="):
        text = substitute(f"x{{a{operator}{quote}p$v{quote}}} + y", odd).text
        assert text.endswith("} + y")
        assert len(list(spans(text, REFERENCE))) == 3
        parse(text)


@given(st.text(alphabet="x{}[]()\"'`\\#=~!$_a:,\n 5m", max_size=40))
@settings(max_examples=500, deadline=None)
def test_any_text_comes_through(text: str) -> None:
    """Whatever the text, it is cut without loss, and without variables it stays as it is."""
    assert "".join(span.text for span in spans(text, REFERENCE)) == text
    if not REFERENCE.search(text):
        assert substitute(text, HELD) == Substitution(text)


LABEL = st.text(alphabet="ab.|-0", max_size=3)


@given(st.lists(LABEL, min_size=1, max_size=4), LABEL, LABEL, st.booleans())
@settings(max_examples=300, deadline=None)
def test_a_matcher_lets_through_what_any_choice_would(
    choices: list[str], before: str, after: str, several: bool
) -> None:
    """For every choice, the label value that Grafana's own matcher selects is selected."""
    offered = {"v": Held(choices=tuple(choices), escaped=several)}
    text = substitute(f'x{{a="{before}${{v}}{after}"}}', offered).text
    [matcher] = parse(text).matchers.matchers  # type: ignore[attr-defined]  # Expr is a selector
    for choice in choices:
        wanted = f"{before}{choice}{after}"
        fits = re.fullmatch(matcher.value, wanted) if "~" in text else matcher.value == wanted
        assert fits, (matcher.value, wanted)
