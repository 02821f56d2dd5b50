"""Sources become documents: each is recognised by its content and read as what it is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from opsconductor.monitoring.lint import (
    dashboard,
    dashboard_comments,
    dashboard_queries,
    rule_comments,
    slo_comments,
)
from opsconductor.monitoring.lint.dashboard import Dashboard, DashboardError
from opsconductor.monitoring.lint.finding import Finding, Position
from opsconductor.monitoring.lint.form import OtherFormError, form_of
from opsconductor.monitoring.lint.query import Query
from opsconductor.monitoring.lint.reading_kinds import NOTHING_TO_LINT, UNREADABLE
from opsconductor.monitoring.lint.report import Skipped
from opsconductor.monitoring.lint.rule_file import RuleFile
from opsconductor.monitoring.lint.rule_queries import rule_query
from opsconductor.monitoring.lint.rule_reading import rule_file
from opsconductor.monitoring.lint.slos import indicators
from opsconductor.monitoring.lint.source import Source, UnreadableError, text_of
from opsconductor.monitoring.lint.suppression import Suppression
from opsconductor.monitoring.lint.yaml_tree import Tree
from opsconductor.monitoring.promql.syntax import PromQLError, parse, walk
from opsconductor.monitoring.slo import documents as openslo

_ANY_INTERVAL = 15.0
"""Which series an expression names does not depend on the length of its windows."""


@dataclass(slots=True)
class Documents:
    """What was read of the sources, and what is wrong with the rest."""

    files: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    rule_files: list[RuleFile] = field(default_factory=list)
    dashboards: list[Dashboard] = field(default_factory=list)
    slo_texts: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    suppressions: list[Suppression] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    def metric_names(self) -> frozenset[str]:
        """Every series name that some expression reads."""
        found: set[str] = set()
        for query in self._queries():
            try:
                tree = parse(query.text)
            except PromQLError:
                continue  # lint says so
            found.update(name for node in walk(tree) if (name := getattr(node, "name", None)))
        return frozenset(found)

    def _queries(self) -> Iterator[Query]:
        for file in self.rule_files:
            yield from (rule_query(rule, None) for rule in file.rules)
        for board in self.dashboards:
            yield from dashboard_queries.queries(board, _ANY_INTERVAL)
        yield from indicators.queries(openslo.read(self.slo_texts), None)


def load(
    sources: Iterable[Source],
    *,
    errors: Iterable[UnreadableError] = (),
    lenient: frozenset[str] = frozenset(),
) -> Documents:
    """Read every source. What cannot be read is a finding and does not hide the others.

    `errors` are files that could not even be opened. Sources named in `lenient` may be of another
    form; they are skipped and named in the report.
    """
    documents = Documents()
    for error in errors:
        documents.files.append(error.position.file)
        documents.findings.append(_unreadable(error.position, error.message))
    for source in sources:
        documents.files.append(source.name)
        try:
            _read(source, documents)
        except UnreadableError as error:
            documents.findings.append(_unreadable(error.position, error.message))
        except DashboardError as error:
            documents.findings.append(_unreadable(error.position, str(error)))
        except OtherFormError as error:
            if source.name in lenient:
                documents.skipped.append(Skipped(source.name, str(error)))
            else:
                said = f"neither a rule file, a Grafana dashboard nor OpenSLO: {error}"
                documents.findings.append(_unreadable(Position(source.name, 1), said))
    return documents


def _read(source: Source, documents: Documents) -> None:
    text = text_of(source)
    documents.texts[source.name] = text
    form, tree = form_of(source.name, text)
    if tree is None:
        _read_dashboard(source.name, text, documents)
    elif form == "rules":
        _read_rules(source.name, text, tree, documents)
    else:
        documents.slo_texts[source.name] = text
        documents.suppressions += slo_comments.suppressions(source.name, text, tree)


def _read_rules(name: str, text: str, tree: Tree, documents: Documents) -> None:
    file = rule_file(name, text, tree)
    documents.rule_files.append(file)
    documents.findings += file.findings
    documents.suppressions += rule_comments.suppressions(file, tree)
    if not file.read:
        documents.findings.append(
            Finding(
                kind=NOTHING_TO_LINT,
                position=Position(name, 1),
                subject="file",
                explanation="There is no rule in it.",
            )
        )


def _read_dashboard(name: str, text: str, documents: Documents) -> None:
    board = dashboard.load(name, text)
    documents.dashboards.append(board)
    documents.suppressions += dashboard_comments.suppressions(board)


def _unreadable(position: Position, message: str) -> Finding:
    return Finding(
        kind=UNREADABLE,
        position=position,
        subject="file",
        explanation=f"{message[:1].upper()}{message[1:].rstrip('.')}.",
    )
