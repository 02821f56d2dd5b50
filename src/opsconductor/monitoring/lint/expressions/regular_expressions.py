"""invalid-regex, regex-matches-nothing, regex-matches-everything."""

import re
from collections.abc import Iterator

from promql_parser import Call, Matcher, MatchOp, VectorSelector

from opsconductor.monitoring.lint.analysis import Analysis
from opsconductor.monitoring.lint.expressions import wording
from opsconductor.monitoring.lint.expressions.example import alert, record
from opsconductor.monitoring.lint.finding import Finding, Kind, Level
from opsconductor.monitoring.lint.query import Role
from opsconductor.monitoring.promql import re2
from opsconductor.monitoring.promql.function_call import text_argument
from opsconductor.monitoring.promql.shape import NAME
from opsconductor.monitoring.promql.syntax import PromQLError, parse

INVALID_REGEX = Kind(
    id="invalid-regex",
    title="A regular expression that Prometheus refuses",
    level=Level.ERROR,
    why="The rule fails at each evaluation, or Prometheus does not load the file at all.",
    remedy="Prometheus has RE2's syntax: no lookaround, no backreferences, 1000 repetitions.",
    bad=record(
        "family:ai_requests:rate5m",
        "sum by (family) (label_replace(\n"
        '  rate(ai_requests_total[5m]), "family", "$1", "tool", "(?=net)(.*)"\n))',
    ),
    good=record(
        "family:ai_requests:rate5m",
        "sum by (family) (label_replace(\n"
        '  rate(ai_requests_total[5m]), "family", "$1", "tool", "(net.*)"\n))',
    ),
)
MATCHES_NOTHING = Kind(
    id="regex-matches-nothing",
    title="A matcher that excludes everything",
    level=Level.ERROR,
    why='Every value and a missing label match `.*`, so `!~".*"` leaves no series at all.',
    remedy='For series without the label write `=""`.',
    bad=alert('sum(increase(ai_requests_total{tool!~".*"}[5m])) > 100'),
    good=alert('sum(increase(ai_requests_total{tool!~"net.*"}[5m])) > 100'),
)
MATCHES_EVERYTHING = Kind(
    id="regex-matches-everything",
    title="A matcher that excludes nothing",
    level=Level.NOTE,
    why=(
        "It costs a regular expression for each series and reads like a restriction. `.*` also "
        "matches series without the label; to require the label it is `.+`."
    ),
    remedy="Leave the matcher out.",
    bad=alert('sum(increase(ai_requests_total{tool=~".*"}[5m])) > 100'),
    good=alert("sum(increase(ai_requests_total[5m])) > 100"),
)

KINDS: tuple[Kind, ...] = (INVALID_REGEX, MATCHES_NOTHING, MATCHES_EVERYTHING)

_PATTERN = 4
"""Where `label_replace` has its regular expression."""
_REPEATED = re.compile(r"\{(\d+)(?:,(\d*))?\}")
_MOST_REPEATS = 1000
"""https://github.com/google/re2/wiki/Syntax: implementation restriction."""


def check(analysis: Analysis) -> Iterator[Finding]:
    """The matchers' regular expressions, and those of `label_replace`."""
    for call in analysis.of(Call):
        pattern = text_argument(call, _PATTERN) if call.func.name == "label_replace" else None
        if pattern is not None:
            yield from _invalid(analysis, pattern)
    for selector in analysis.of(VectorSelector):
        for matcher in selector.matchers.matchers:
            if matcher.op in (MatchOp.Re, MatchOp.NotRe):
                yield from _invalid(analysis, matcher.value)
                yield from _idle(analysis, selector, matcher)


def _idle(analysis: Analysis, selector: VectorSelector, matcher: Matcher) -> Iterator[Finding]:
    negative = matcher.op == MatchOp.NotRe
    if re2.matches_everything(matcher.value):
        if negative:
            yield analysis.finding(
                MATCHES_NOTHING, f"{wording.matcher(matcher)} leaves no series of any metric."
            )
        elif _is_written_so(analysis, matcher):
            yield analysis.finding(
                MATCHES_EVERYTHING,
                f"{wording.matcher(matcher)} matches every series, with the label or without.",
            )
    elif re2.matches_anything_present(matcher.value) and not negative:
        metrics = [analysis.schema.metrics.get(selector.name or "")]
        values = [metric and metric.labels.get(matcher.name) for metric in metrics]
        if all(value and not value.optional for value in values) and _is_written_so(
            analysis, matcher
        ):
            yield analysis.finding(
                MATCHES_EVERYTHING,
                f"{wording.matcher(matcher)}: every series of `{selector.name}` has the label.",
            )


def _is_written_so(analysis: Analysis, matcher: Matcher) -> bool:
    """In a dashboard a variable may stand there, of which this is only one choice."""
    asked_by_a_dashboard = analysis.query.role in {Role.PANEL, Role.VARIABLE}
    return not asked_by_a_dashboard and matcher.name != NAME


def _invalid(analysis: Analysis, pattern: str) -> Iterator[Finding]:
    reason = _refusal(pattern)
    if reason:
        yield analysis.finding(INVALID_REGEX, f"Prometheus does not accept it: {reason}.")


def _refusal(pattern: str) -> str:
    """Why the pattern is none; empty where it is one, or where the parser knows less than RE2."""
    for low, high in _REPEATED.findall(pattern):
        if max(int(low[:9]), int((high or "0")[:9])) > _MOST_REPEATS:
            return f"more than {_MOST_REPEATS} repetitions in {pattern!r}"
    if r"\Q" in pattern or r"\C" in pattern:
        return ""
    escaped = pattern.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    try:
        parse(f'metric{{label=~"{escaped}"}}')
    except PromQLError as error:
        return error.message
    return ""
