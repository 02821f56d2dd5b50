"""Generated PromQL over the sample database: every kind of node, nested."""

from functools import cache

from hypothesis import strategies as st
from tests.monitoring.promql.sample_data import SERIES

LABELS = ("status", "tool", "reason", "le", "zone", "version", "job", "nowhere", "made")
VALUES = ("success", "error", "a", "b", "c", "timeout", "0.1", "1", "x-1", "v1", "", "nothing")
PATTERNS = (
    *(".*", ".+", "a|b", "success|timeout", "(a|c)", "[a-c]", "x.*", "err.*", "v[0-9]+"),
    *("(?i)A", "", "|a", "[^a]", r"\\d.*", "(.*)-(.*)", "(.)", "(s)uccess", "a?", "(x|y)-.*"),
)

UNARY_FUNCTIONS = ("abs", "ceil", "exp", "sgn", "sort", "sort_desc", "timestamp", "hour", "round")
RANGE_FUNCTIONS = (
    *("rate", "increase", "delta", "last_over_time", "max_over_time", "changes"),
    *("count_over_time", "present_over_time", "absent_over_time", "deriv", "resets"),
)
PLAIN_AGGREGATIONS = ("sum", "min", "max", "avg", "count", "group", "stddev")
PARAMETERS = {"topk": "1, ", "bottomk": "1, ", "quantile": "0.5, ", "count_values": ""}

label = st.sampled_from(LABELS)
OPERATORS = ("+", "/", "==", ">", "<= bool")
SETS = ("and", "or", "unless")
INCLUDED = ((), ("version",), ("zone", "nowhere"))

labels = st.lists(label, max_size=3, unique=True).map(", ".join)
one_to_one = st.one_of(
    st.just(""),
    st.just("on (tool)"),
    st.builds("on ({})".format, labels),
    st.builds("ignoring ({})".format, labels),
)
numbers = st.sampled_from(("0", "1", "2.5", "100", "time()", "scalar(single)", "pi()"))
words = st.sampled_from(("", "fixed", "$1", "${1}", "$2-x", "$1$2"))


@st.composite
def matchers(draw: st.DrawFn) -> str:
    """Some matchers, of all four kinds."""
    written = []
    for _ in range(draw(st.integers(0, 2))):
        operator = draw(st.sampled_from(("=", "!=", "=~", "!~")))
        value = draw(st.sampled_from(PATTERNS if "~" in operator else VALUES))
        written.append(f'{draw(label)}{operator}"{value}"')
    return ",".join(written)


@st.composite
def selectors(draw: st.DrawFn) -> str:
    """A selector by name, or by a matcher on the name."""
    name = draw(st.sampled_from((*SERIES, "unheard_of")))
    by_name = f'__name__=~"{name}|single"', f'__name__="{name}"', '__name__=~".*_total"'
    form = draw(st.sampled_from((name, name, name, *by_name)))
    inner = draw(matchers())
    written = f"{name}{{{inner}}}" if form == name else f"{{{form}{',' if inner else ''}{inner}}}"
    return written + draw(st.sampled_from(("", "", "", " offset 1m", " @ end()")))


@st.composite
def ranges(draw: st.DrawFn) -> str:
    """A range of samples, or a subquery."""
    if draw(st.booleans()):
        selector = draw(selectors())
        cut = min(
            (at for at in (selector.find(" offset"), selector.find(" @")) if at >= 0), default=-1
        )
        return f"{selector}[5m]" if cut < 0 else f"{selector[:cut]}[5m]{selector[cut:]}"
    return f"({draw(vectors(1))})[5m:1m]"


@cache
def vectors(depth: int = 3) -> st.SearchStrategy[str]:
    """An instant vector, `depth` operations deep at most."""
    if depth == 0:
        return selectors()
    return st.one_of(
        selectors(),
        calls(depth),
        relabelled(depth),
        aggregations(depth),
        operations(depth),
        operations(depth),
    )


def calls(depth: int) -> st.SearchStrategy[str]:
    """A function, mostly of one vector."""
    below = vectors(depth - 1)
    return st.one_of(
        st.builds("{}({})".format, st.sampled_from(UNARY_FUNCTIONS), below),
        st.builds("{}({})".format, st.sampled_from(RANGE_FUNCTIONS), ranges()),
        st.builds("absent({})".format, st.one_of(selectors(), below)),
        st.builds("clamp({}, 0, {})".format, below, numbers),
        st.builds("histogram_quantile(0.9, {})".format, below),
        st.builds("quantile_over_time(0.5, {})".format, ranges()),
        st.builds("-{}".format, selectors()),
        st.builds("vector({})".format, numbers),
        st.builds("({})".format, below),
        st.just("hour()"),
    )


@st.composite
def relabelled(draw: st.DrawFn, depth: int) -> str:
    """A label made of others."""
    inner, target, source = draw(vectors(depth - 1)), draw(label), draw(label)
    if draw(st.booleans()):
        pattern = draw(st.sampled_from(PATTERNS))
        return f'label_replace({inner}, "{target}", "{draw(words)}", "{source}", "{pattern}")'
    separator = draw(st.sampled_from(("", "-")))
    return f'label_join({inner}, "{target}", "{separator}", "{source}", "{draw(label)}")'


@st.composite
def aggregations(draw: st.DrawFn, depth: int) -> str:
    """An aggregation, with and without labels."""
    inner = draw(vectors(depth - 1))
    form = draw(st.sampled_from(("", "by", "without", "by (__name__, tool) ")))
    if form in {"by", "without"}:
        form = f"{form} ({draw(labels)}) "
    operator = draw(st.sampled_from((*PLAIN_AGGREGATIONS, *PARAMETERS)))
    parameter = PARAMETERS.get(operator, "")
    if operator == "count_values":
        parameter = f'"{draw(label)}", '
    return f"{operator} {form}({parameter}{inner})"


def operations(depth: int) -> st.SearchStrategy[str]:
    """A binary operation: with a number, of two vectors with any matching, of two sets."""
    below = vectors(depth - 1)
    with_number = ("+", "*", ">", "!=", "> bool")
    return st.one_of(
        st.builds("({}) {} ({})".format, below, st.sampled_from(with_number), numbers),
        st.builds("({}) {} ({})".format, numbers, st.sampled_from(with_number), below),
        st.builds("({}) {} {} ({})".format, below, st.sampled_from(OPERATORS), one_to_one, below),
        st.builds("({}) {} {} ({})".format, below, st.sampled_from(SETS), one_to_one, below),
        st.builds("({}) {} {} ({})".format, below, st.sampled_from(OPERATORS), grouped(), below),
    )


@st.composite
def grouped(draw: st.DrawFn) -> str:
    """Matching of many to one, with labels taken from the one side."""
    matched = draw(st.lists(label, max_size=3, unique=True))
    word, side = draw(st.sampled_from(("on", "ignoring"))), draw(st.sampled_from(("left", "right")))
    included = [one for one in draw(st.sampled_from(INCLUDED)) if one not in matched]
    return f"{word} ({', '.join(matched)}) group_{side} ({', '.join(included)})"
