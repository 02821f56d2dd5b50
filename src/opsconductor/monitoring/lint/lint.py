"""Lint as a whole: documents in, a report out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from opsconductor.monitoring.lint import expressions, kinds, rule_comments, rules
from opsconductor.monitoring.lint.analysis import Analysis, analyse
from opsconductor.monitoring.lint.context import Context
from opsconductor.monitoring.lint.finding import Finding, Position
from opsconductor.monitoring.lint.form import OtherFormError, form_of
from opsconductor.monitoring.lint.query import Query
from opsconductor.monitoring.lint.reading_kinds import (
    INVALID_EXPRESSION,
    NOTHING_TO_LINT,
    UNREADABLE,
)
from opsconductor.monitoring.lint.report import Counts, Report, Skipped, ordered
from opsconductor.monitoring.lint.rule_file import RuleFile
from opsconductor.monitoring.lint.rule_queries import rule_query
from opsconductor.monitoring.lint.rule_reading import rule_file
from opsconductor.monitoring.lint.rules.linted_rules import LintedRules
from opsconductor.monitoring.lint.source import Source, UnreadableError, shortened, text_of
from opsconductor.monitoring.lint.suppression import Suppression, apply
from opsconductor.monitoring.promql.schema import Schema
from opsconductor.monitoring.promql.syntax import PromQLError, parse, walk


@dataclass(slots=True)
class Documents:
    """What was read of the sources, and what is wrong with the rest."""

    files: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    rule_files: list[RuleFile] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    suppressions: list[Suppression] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    def queries(self, default_interval: float | None = None) -> Iterator[Query]:
        """Every expression of every document."""
        for file in self.rule_files:
            for rule in file.rules:
                yield rule_query(rule, default_interval)

    def metric_names(self) -> frozenset[str]:
        """Every series name that some expression reads."""
        found: set[str] = set()
        for query in self.queries():
            try:
                tree = parse(query.text)
            except PromQLError:
                continue  # lint says so
            found.update(name for node in walk(tree) if (name := getattr(node, "name", None)))
        return frozenset(found)


def load(sources: Iterable[Source], *, lenient: frozenset[str] = frozenset()) -> Documents:
    """Read every source. What cannot be read is a finding and does not hide the others.

    Sources named in `lenient` may be of another form; they are skipped and named in the report.
    """
    documents = Documents()
    for source in sources:
        documents.files.append(source.name)
        try:
            _read(source, documents)
        except UnreadableError as error:
            documents.findings.append(_unreadable(error.position, error.message))
        except OtherFormError as error:
            if source.name in lenient:
                documents.skipped.append(Skipped(source.name, str(error)))
            else:
                said = f"neither a rule file, a Grafana dashboard nor OpenSLO: {error}"
                documents.findings.append(_unreadable(Position(source.name, 1), said))
    return documents


def lint(documents: Documents, schema: Schema, context: Context) -> Report:
    """Hold the documents against the metrics of `schema` and the surroundings of `context`."""
    findings = list(documents.findings)
    expressions_read = 0
    for file in documents.rule_files:
        found, read = _rules(file, schema, context)
        findings += found
        expressions_read += read
    stay, away = apply(findings, documents.suppressions, kinds.BY_ID)
    return Report(
        findings=ordered(stay, documents.files),
        suppressed=tuple(away),
        counts=Counts(
            files=len(documents.files) - len(documents.skipped),
            rules=sum(file.read for file in documents.rule_files),
            expressions=expressions_read,
        ),
        against=schema.source,
        skipped=tuple(documents.skipped),
        texts=documents.texts,
    )


def _read(source: Source, documents: Documents) -> None:
    text = text_of(source)
    documents.texts[source.name] = text
    form, tree = form_of(source.name, text)
    if form == "rules" and tree is not None:
        file = rule_file(source.name, text, tree)
        documents.rule_files.append(file)
        documents.findings += file.findings
        if not file.read:
            documents.findings.append(_nothing(source.name, "rule"))
        documents.suppressions += rule_comments.suppressions(file, tree)


def _rules(file: RuleFile, schema: Schema, context: Context) -> tuple[list[Finding], int]:
    findings: list[Finding] = []
    analyses: dict[Position, Analysis] = {}
    for rule in file.rules:
        analysis = _analysed(rule_query(rule, context.interval), schema, findings)
        if analysis is not None:
            analyses[rule.position] = analysis
            findings += expressions.check(analysis)
    findings += rules.check(LintedRules(file, analyses, context))
    return findings, sum(1 for _ in file.rules)


def _analysed(query: Query, schema: Schema, findings: list[Finding]) -> Analysis | None:
    try:
        return analyse(query, schema)
    except PromQLError as error:
        said = f"`{shortened(query.text)}`: {error.message}."
        findings.append(
            Finding(
                kind=INVALID_EXPRESSION,
                position=query.position,
                subject=query.subject,
                explanation=said,
            )
        )
        return None


def _unreadable(position: Position, message: str) -> Finding:
    return Finding(
        kind=UNREADABLE,
        position=position,
        subject="file",
        explanation=f"{message[:1].upper()}{message[1:]}.",
    )


def _nothing(file: str, what: str) -> Finding:
    return Finding(
        kind=NOTHING_TO_LINT,
        position=Position(file, 1),
        subject="file",
        explanation=f"There is no {what} in it.",
    )
