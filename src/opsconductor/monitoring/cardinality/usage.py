"""Which series rules and dashboards read, by name, whatever the way in which they ask."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from promql_parser import MatchOp, VectorSelector

from opsconductor.monitoring.lint import dashboard_queries
from opsconductor.monitoring.lint.loading import Documents
from opsconductor.monitoring.lint.slos import indicators
from opsconductor.monitoring.promql import re2
from opsconductor.monitoring.promql.syntax import PromQLError, one_line, parse, walk
from opsconductor.monitoring.slo import documents as openslo

_NAME, _JOB = "__name__", "job"
_ANY_INTERVAL = 15.0
"""Which series an expression names does not depend on the length of its windows."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What is read: series by `names` and by `patterns`, and `whole_jobs`.

    A pattern is a regular expression that has to match the whole name. Of a whole job any series
    may be read; "" among them stands for every job.
    `unclear` says of each expression that cannot be read where it stands and why.
    """

    names: frozenset[str] = frozenset()
    patterns: frozenset[str] = frozenset()
    whole_jobs: frozenset[str] = frozenset()
    unclear: tuple[str, ...] = ()

    def __or__(self, other: "Usage") -> "Usage":
        """What either reads."""
        return Usage(
            self.names | other.names,
            self.patterns | other.patterns,
            self.whole_jobs | other.whole_jobs,
            (*self.unclear, *other.unclear),
        )

    def reads(self, name: str, job: str) -> bool:
        """Whether a series of the job may be read. A pattern that is not understood reads it."""
        return (
            name in self.names
            or not self.whole_jobs.isdisjoint({"", job})
            or any(re2.matches(pattern, name) is not False for pattern in self.patterns)
        )


def usage_of(expressions: Iterable[str]) -> Usage:
    """What PromQL expressions read; one that is no PromQL is unclear."""
    found = Usage()
    for text in expressions:
        found |= _read(text, "")
    return found


def usage(documents: Documents) -> Usage:
    """What rules, dashboards (panels, variables, annotations) and objectives read.

    A document that lint cannot read, and an expression with a variable in the name of a metric, is
    unclear: nobody may conclude that a series is unused.
    """
    found = Usage(unclear=tuple(_findings(documents)))
    for file in documents.rule_files:
        for rule in file.rules:
            found |= _read(rule.expr.value, str(rule.expr.position))
    for board in documents.dashboards:
        for one in dashboard_queries.expressions(board, _ANY_INTERVAL):
            where = str(board.position(one.node))
            if one.is_readable:
                found |= _read(one.substitution.text, where)
            else:
                said = f"{where}: a variable without a value in {one_line(one.written)}"
                found |= Usage(unclear=(said,))
    objectives = openslo.read(documents.slo_texts)
    found |= Usage(unclear=tuple(str(problem) for problem in objectives.problems))
    for query in indicators.queries(objectives, None):
        found |= _read(query.text, str(query.position))
    return found


def _findings(documents: Documents) -> Iterator[str]:
    for finding in documents.findings:
        if finding.kind.id == "unreadable":
            yield f"{finding.position}: {finding.explanation}"


def _read(text: str, where: str) -> Usage:
    try:
        tree = parse(text)
    except PromQLError as error:
        return Usage(unclear=(f"{where}: {error.message}".removeprefix(": "),))
    found = Usage()
    for node in walk(tree):
        if isinstance(node, VectorSelector):
            found |= _selected(node)
    return found


def _selected(selector: VectorSelector) -> Usage:
    if selector.name:
        return Usage(names=frozenset({selector.name}))
    matchers = list(selector.matchers.matchers)
    by_name = [one for one in matchers if one.name == _NAME and one.value]
    for one in by_name:
        if one.op == MatchOp.Equal:
            return Usage(names=frozenset({one.value}))
    for one in by_name:
        if one.op == MatchOp.Re:
            return Usage(patterns=frozenset({one.value}))
    jobs = [one.value for one in matchers if one.name == _JOB and one.op == MatchOp.Equal]
    return Usage(whole_jobs=frozenset(jobs[:1] or [""]))
