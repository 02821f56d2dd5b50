"""Lint as a whole: documents in, a report out."""

from collections import defaultdict
from collections.abc import Iterator

from opsconductor.monitoring.lint import (
    dashboard_queries,
    dashboards,
    expressions,
    kinds,
    rules,
    slos,
)
from opsconductor.monitoring.lint.analysis import Analysis, analyse
from opsconductor.monitoring.lint.context import Context
from opsconductor.monitoring.lint.dashboard import ROW
from opsconductor.monitoring.lint.dashboard_context import DashboardContext
from opsconductor.monitoring.lint.finding import Finding, Position
from opsconductor.monitoring.lint.loading import Documents
from opsconductor.monitoring.lint.parse_remedy import remedy
from opsconductor.monitoring.lint.query import Query
from opsconductor.monitoring.lint.reading_kinds import INVALID_EXPRESSION
from opsconductor.monitoring.lint.report import Counts, Report, ordered
from opsconductor.monitoring.lint.rule_file import RuleFile
from opsconductor.monitoring.lint.rule_queries import rule_query
from opsconductor.monitoring.lint.rules.linted_rules import LintedRules
from opsconductor.monitoring.lint.slos import indicators
from opsconductor.monitoring.lint.source import shortened
from opsconductor.monitoring.lint.suppression import apply
from opsconductor.monitoring.promql.rules_schema import RecordingRule, with_rules
from opsconductor.monitoring.promql.schema import Schema
from opsconductor.monitoring.promql.syntax import PromQLError
from opsconductor.monitoring.slo import documents as openslo


def lint(documents: Documents, schema: Schema, context: Context) -> Report:
    """Hold the documents against the metrics of `schema` and the surroundings of `context`."""
    run = _Run(documents, with_rules(schema, _recording(documents)), context)
    for file in documents.rule_files:
        run.rules(file)
    run.dashboards()
    run.slos()
    stay, away = apply(run.findings, documents.suppressions, kinds.BY_ID)
    return Report(
        findings=ordered(stay, documents.files),
        suppressed=tuple(away),
        counts=Counts(
            files=len(documents.files) - len(documents.skipped),
            rules=sum(file.read for file in documents.rule_files),
            panels=sum(
                panel.type != ROW for board in documents.dashboards for panel in board.panels
            ),
            slos=run.slos_read,
            expressions=run.expressions,
        ),
        against=schema.source,
        skipped=tuple(documents.skipped),
        texts=documents.texts,
    )


def _recording(documents: Documents) -> Iterator[RecordingRule]:
    for file in documents.rule_files:
        for rule in file.rules:
            if rule.kind == "record":
                labels = {name: text.value for name, text in rule.labels.items()}
                yield RecordingRule(rule.name.value, rule.expr.value, labels, rule.interval)


class _Run:
    def __init__(self, documents: Documents, schema: Schema, context: Context) -> None:
        self._documents, self._schema, self._context = documents, schema, context
        self.findings = list(documents.findings)
        self.expressions = self.slos_read = 0

    def rules(self, file: RuleFile) -> None:
        """A rule file: its expressions, then what is around them."""
        analyses: dict[Position, Analysis] = {}
        for rule in file.rules:
            analysis = self._expression(rule_query(rule, self._context.interval))
            if analysis is not None:
                analyses[rule.position] = analysis
        self.findings += rules.check(LintedRules(file, analyses, self._context))

    def dashboards(self) -> None:
        """The dashboards, which know of one another and of the alerts."""
        context = DashboardContext(
            schema=self._schema,
            alerts={**self._context.alerts, **self._alerts()},
            dashboards=tuple(self._documents.dashboards),
        )
        for board in self._documents.dashboards:
            for query in dashboard_queries.queries(board, self._schema.scrape_interval):
                self._expression(query)
            self.findings += dashboards.check(board, context)

    def slos(self) -> None:
        """The OpenSLO documents, which refer to one another across files."""
        documents = openslo.read(self._documents.slo_texts)
        self.slos_read = len(documents.of("SLO"))
        self.findings += slos.check(documents, self._context.slo_options)
        for query in indicators.queries(documents, self._context.slo_options.interval):
            self._expression(query)

    def _alerts(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = defaultdict(tuple)
        for file in self._documents.rule_files:
            for rule in file.rules:
                if rule.kind == "alert":
                    found[rule.name.value] += (rule.expr.value,)
        return found

    def _expression(self, query: Query) -> Analysis | None:
        self.expressions += 1
        try:
            analysis = analyse(query, self._schema)
        except PromQLError as error:
            self.findings.append(_no_promql(query, error))
            return None
        self.findings += expressions.check(analysis)
        return analysis


def _no_promql(query: Query, error: PromQLError) -> Finding:
    return Finding(
        kind=INVALID_EXPRESSION,
        position=query.position,
        subject=query.subject,
        explanation=f"`{shortened(query.text)}`: {error.message}.",
        remedy=remedy(error.message),
    )
