"""One run of lint: sources and options become a report, and fixed files."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from opsconductor.cli.lint_files import Read, read
from opsconductor.cli.lint_options import STDIN, Options
from opsconductor.monitoring.lint.alertmanager import alertmanager_routing
from opsconductor.monitoring.lint.context import Context
from opsconductor.monitoring.lint.finding import Finding
from opsconductor.monitoring.lint.fix import fix
from opsconductor.monitoring.lint.lint import lint
from opsconductor.monitoring.lint.loading import Documents, load
from opsconductor.monitoring.lint.report import Report
from opsconductor.monitoring.lint.source import BYTE_ORDER_MARK, Source
from opsconductor.monitoring.promql.contract_schema import contract_schema
from opsconductor.monitoring.promql.schema import Schema
from opsconductor.monitoring.rules import alert_expressions
from opsconductor.monitoring.rules.rule_settings import rule_settings
from opsconductor.monitoring.rules.slos import options as slo_options
from opsconductor.settings import PROJECT_ROOT, Settings
from opsconductor.stack.slo_files import read_slos

OWN = (
    "generated/prometheus/rules.yml",
    "generated/grafana/dashboards",
    "slo",
)
"""What is linted where nothing is named."""
RUNBOOKS = PROJECT_ROOT / "docs/runbooks"
MOST_ROUNDS = 10
"""A remedy may uncover the next; so many times, then what is left is reported."""


@dataclass(frozen=True, slots=True)
class Fixes:
    """The report after the remedies, those that were applied, and the texts that changed.

    `stdin` is the text from standard input after them.
    """

    report: Report
    applied: tuple[Finding, ...]
    changed: tuple[Source, ...]
    stdin: bytes


class Run:
    """Reads once; judges as often as it is asked.

    Raises `UnreadableError` for an Alertmanager configuration that cannot be read.
    """

    def __init__(self, options: Options) -> None:
        self._options = options
        self._settings = Settings()
        self._read = read(options.files) if options.files else _own()
        self._context = self._surroundings()
        self._schema: Schema | None = None

    def report(self) -> Report:
        """What lint says.

        Raises `MetricsPageError` and `OSError` for a metrics page that cannot be read, and
        `UpstreamError` for a Prometheus that gives no answer.
        """
        return self._judged(self._read.sources)

    def fixed(self) -> Fixes:
        """What lint says after every mechanical remedy was applied; nothing is written."""
        sources = {source.name: source for source in self._read.sources}
        applied: list[Finding] = []
        for _ in range(MOST_ROUNDS):
            report = self._judged(tuple(sources.values()))
            done = [finding for name in sources for finding in _fix(name, sources, report)]
            applied += done
            if not done:
                break
        else:
            report = self._judged(tuple(sources.values()))
        before = {source.name: source for source in self._read.sources}
        changed = tuple(one for name, one in sources.items() if one.data != before[name].data)
        stdin = sources[STDIN].data if STDIN in sources else b""
        return Fixes(report, tuple(applied), changed, stdin)

    def _judged(self, sources: Sequence[Source]) -> Report:
        documents = load(sources, errors=self._read.errors, lenient=self._read.found)
        if self._schema is None:
            self._schema = self._metrics(documents)
        return lint(documents, self._schema, self._context)

    def _metrics(self, documents: Documents) -> Schema:
        if self._options.any_metric:
            return Schema({}, "nothing: any metric may exist", complete=False)
        if self._options.metrics is None and not self._options.prometheus:
            return contract_schema(self._settings)
        # With the HTTP client, which takes a good part of lint's start and is seldom needed.
        from opsconductor.cli import schema_sources  # noqa: PLC0415

        if self._options.metrics is not None:
            added = frozenset(self._options.target_labels) or None
            return schema_sources.schema_of_page(self._options.metrics, added)
        needed = documents.metric_names()
        return asyncio.run(schema_sources.schema_of_prometheus(self._options.prometheus, needed))

    def _surroundings(self) -> Context:
        given = rule_settings(self._settings)
        context = Context(
            runbook_base=given.runbook_url("").rstrip("/"),
            runbooks=frozenset(path.stem for path in RUNBOOKS.glob("*.md")) or None,
            slo_options=slo_options(given),
        )
        if self._options.is_foreign:  # somebody else's server: its retention and receivers differ
            unknown = replace(context.slo_options, retention=None)
            context = replace(context, slo_options=unknown, receivers={})
        else:
            texts = read_slos(self._settings.alerting.slo_dir)
            context = replace(context, alerts=alert_expressions(self._settings, texts))
        if not self._options.files:
            seconds = self._settings.prometheus.evaluation_interval_seconds
            context = replace(context, interval=seconds)
        configured = self._options.alertmanager
        if configured is None:
            return context
        configuration = read((str(configured),))
        for error in configuration.errors:
            raise error
        return replace(context, routing=alertmanager_routing(configuration.sources[0]))


def write(source: Source) -> None:
    """Put a fixed text in its file's place. Raises `OSError`."""
    if source.name != STDIN:
        Path(source.name).write_bytes(source.data)


def _own() -> Read:
    """What `opsconductor generate` wrote, by the shortest name from here; none of it is skipped."""
    return replace(read([_shortest(PROJECT_ROOT / name) for name in OWN]), found=frozenset())


def _shortest(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _fix(name: str, sources: dict[str, Source], report: Report) -> tuple[Finding, ...]:
    """Apply the remedies of one file to its source."""
    text = report.texts.get(name)
    if text is None:
        return ()
    done = fix(text, (one for one in report.findings if one.position.file == name))
    if done.applied:
        head = BYTE_ORDER_MARK if sources[name].data.startswith(BYTE_ORDER_MARK) else b""
        sources[name] = Source(name, head + done.text.encode("utf-8"))
    return done.applied
