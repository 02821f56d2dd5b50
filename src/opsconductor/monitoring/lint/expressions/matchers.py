"""unknown-label, impossible-label-value, le-spelling: matchers that no series fulfils."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from promql_parser import Matcher, MatchOp, VectorSelector

from opsconductor.monitoring.lint.analysis import Analysis
from opsconductor.monitoring.lint.expressions import wording
from opsconductor.monitoring.lint.expressions.example import alert, record
from opsconductor.monitoring.lint.finding import Edit, Finding, Kind, Level
from opsconductor.monitoring.lint.nearest import nearest
from opsconductor.monitoring.promql import re2
from opsconductor.monitoring.promql.schema import Metric, Values
from opsconductor.monitoring.promql.selection import fulfils, named, narrow
from opsconductor.monitoring.promql.shape import NAME
from opsconductor.monitoring.promql.values import ABSENT, possible

UNKNOWN_LABEL = Kind(
    id="unknown-label",
    title="A matcher on a label that the metric does not have",
    level=Level.ERROR,
    why=(
        "Prometheus takes a missing label for an empty one, so the selector finds nothing, or the "
        "matcher excludes nothing. Neither is reported."
    ),
    remedy="Correct the label's name, or leave the matcher out.",
    bad=alert('sum(increase(ai_requests_total{state="error"}[5m])) > 100'),
    good=alert('sum(increase(ai_requests_total{status="error"}[5m])) > 100'),
)
IMPOSSIBLE_LABEL_VALUE = Kind(
    id="impossible-label-value",
    title="A matcher that no value of the label fulfils",
    level=Level.ERROR,
    why="The selector is always empty, so the alert never fires and the panel has no data.",
    remedy="Use a value that is exposed.",
    bad=alert('sum(increase(ai_requests_total{status="failure"}[5m])) > 100'),
    good=alert('sum(increase(ai_requests_total{status="error"}[5m])) > 100'),
)
LE_SPELLING = Kind(
    id="le-spelling",
    title="A bucket's bound written otherwise than it is exposed",
    level=Level.ERROR,
    why=(
        'Matchers compare texts: `le="1"` finds nothing where the bucket is exposed as '
        '`le="1.0"`, although the numbers are the same.'
    ),
    remedy="Write the bound as the metrics page has it.",
    bad=record(
        "service:selector_request_duration_seconds:rate5m",
        'sum by (service) (rate(selector_request_duration_seconds_bucket{le="1"}[5m]))',
    ),
    good=record(
        "service:selector_request_duration_seconds:rate5m",
        'sum by (service) (rate(selector_request_duration_seconds_bucket{le="1.0"}[5m]))',
    ),
)

KINDS: tuple[Kind, ...] = (UNKNOWN_LABEL, IMPOSSIBLE_LABEL_VALUE, LE_SPELLING)

_ALIKE = 0.75
"""How alike a value that was never seen has to be to a seen one to be taken for a misspelling."""
_DIGITS = 3
_CODES = range(100, 1000)
"""What a label of three digits may hold; a status code is one."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A matcher, and what its label may be in each of the metrics that the selector reads."""

    matcher: Matcher
    metrics: Sequence[Metric]

    @property
    def values(self) -> list[Values]:
        return [metric.labels.get(self.matcher.name, ABSENT) for metric in self.metrics]


def check(analysis: Analysis) -> Iterator[Finding]:
    """Each matcher is held against the metrics that its selector reads."""
    for selector in analysis.of(VectorSelector):
        metrics = named(selector, analysis.schema)
        if not metrics or not (analysis.schema.complete or selector.name is not None):
            continue
        for matcher in selector.matchers.matchers:
            if matcher.name != NAME and not _excludes_everything(matcher):
                yield from _judged(analysis, _Asked(matcher, metrics))


def _judged(analysis: Analysis, asked: _Asked) -> Iterator[Finding]:
    matcher = asked.matcher
    if not any(metric.may_have(matcher.name) for metric in asked.metrics):
        if not _asks_for_absence(matcher):
            yield _unknown_label(analysis, asked)
        return
    if all(matcher.name not in metric.labels for metric in asked.metrics):
        return  # what scraping adds is not known
    spelled = _other_spelling(asked)
    if spelled is not None:
        yield _le_spelling(analysis, asked, *spelled)
    elif any(possible(narrow(values, matcher)) for values in asked.values):
        return
    elif not analysis.schema.observed or _never_seen(asked):
        yield _impossible(analysis, asked)


def _excludes_everything(matcher: Matcher) -> bool:
    """Whether no label at all could fulfil it, which is a finding of its own."""
    return matcher.op == MatchOp.NotRe and re2.matches_everything(matcher.value)


def _asks_for_absence(matcher: Matcher) -> bool:
    return matcher.op == MatchOp.Equal and not matcher.value


def _unknown_label(analysis: Analysis, asked: _Asked) -> Finding:
    known = {label for metric in asked.metrics for label in metric.labels if metric.may_have(label)}
    meant = nearest(asked.matcher.name, known)
    return analysis.finding(
        UNKNOWN_LABEL,
        f"{_metric_names(asked.metrics)} has no label `{asked.matcher.name}`, as "
        f"{wording.matcher(asked.matcher)} asks for; it has {wording.listed(known)}.",
        remedy=f"Did you mean `{meant}`?" if meant else "",
    )


def _impossible(analysis: Analysis, asked: _Asked) -> Finding:
    known = _known(asked)
    meant = _misspelled(asked)
    return analysis.finding(
        IMPOSSIBLE_LABEL_VALUE,
        f"No series of {_metric_names(asked.metrics)} fulfils {wording.matcher(asked.matcher)}: "
        f"by {analysis.schema.source} the label is one of {wording.listed(known)}.",
        remedy=f"Did you mean `{meant}`?" if meant else "",
    )


def _never_seen(asked: _Asked) -> bool:
    """Whether values that were only observed suffice: others may come, but not every other."""
    if asked.matcher.name == "le" and all(metric.bounds for metric in asked.metrics):
        return True  # a histogram's bounds do not come and go
    return _misspelled(asked) is not None or _is_no_code(asked)


def _is_no_code(asked: _Asked) -> bool:
    """Whether the label holds numbers of three digits, and the matcher admits none: `5xx`, `5`."""
    known = _known(asked)
    if not known or not all(len(value) == _DIGITS and value.isdigit() for value in known):
        return False
    return not any(fulfils(asked.matcher, str(code)) is not False for code in _CODES)


def _known(asked: _Asked) -> frozenset[str]:
    return frozenset[str]().union(*(values.known or frozenset() for values in asked.values))


def _misspelled(asked: _Asked) -> str | None:
    """The value that was probably meant, where the matcher asks for certain values."""
    folded = {value.casefold(): value for value in _known(asked)}
    for written in _asked_values(asked.matcher):
        meant = nearest(written.casefold(), folded, cutoff=_ALIKE)
        if meant is not None:
            return folded[meant]
    return None


def _asked_values(matcher: Matcher) -> list[str]:
    if matcher.op == MatchOp.Equal:
        return [matcher.value] if matcher.value else []
    pattern = re2.understand(matcher.value) if matcher.op == MatchOp.Re else None
    return sorted(pattern.values or ()) if pattern is not None else []


def _metric_names(metrics: Sequence[Metric]) -> str:
    return wording.listed(metric.name for metric in metrics)


def _other_spelling(asked: _Asked) -> tuple[str, str] | None:
    """A bound that the matcher names, and how the same number is exposed."""
    bounds = {bound for metric in asked.metrics for bound in metric.bounds}
    if asked.matcher.name != "le" or not bounds:
        return None
    for written in _named_values(asked.matcher):
        if written not in bounds:
            meant = next((bound for bound in sorted(bounds) if _equal(written, bound)), None)
            if meant is not None:
                return written, meant
    return None


def _named_values(matcher: Matcher) -> list[str]:
    if matcher.op in (MatchOp.Equal, MatchOp.NotEqual):
        return [matcher.value]
    # A bound's point matches itself too, so that hardly anybody escapes it.
    return matcher.value.replace(r"\.", ".").strip("()").split("|")


def _equal(one: str, other: str) -> bool:
    try:
        return float(one) == float(other)
    except ValueError:
        return False


def _le_spelling(analysis: Analysis, asked: _Asked, written: str, meant: str) -> Finding:
    return analysis.finding(
        LE_SPELLING,
        f"{wording.matcher(asked.matcher)} names the bucket {written}, which "
        f'{_metric_names(asked.metrics)} exposes as `le="{meant}"`.',
        remedy=f'Write `le="{meant}"`.',
        edit=_edit(analysis, asked.matcher, meant),
    )


def _edit(analysis: Analysis, matcher: Matcher, meant: str) -> Edit | None:
    """The change of the text, where the matcher stands in it once and in a plain form."""
    if matcher.op not in (MatchOp.Equal, MatchOp.NotEqual):
        return None
    text, line = analysis.query.text, analysis.query.position.line
    sign = "=" if matcher.op == MatchOp.Equal else "!="
    forms = [
        f"le{before}{sign}{after}{quote}{matcher.value}{quote}"
        for before in ("", " ")
        for after in ("", " ")
        for quote in ('"', "'", "`")
    ]
    found = [form for form in forms if form in text]
    if len(found) != 1 or text.count(found[0]) != 1:
        return None
    old = found[0]
    new = old.replace(matcher.value + old[-1], meant + old[-1])
    return Edit(line, line + text.rstrip().count("\n"), old, new)
