"""Runs the whole lint over texts, as the tests of checks and kinds need it."""

from pathlib import Path

from opsconductor.monitoring.lint.context import Context
from opsconductor.monitoring.lint.finding import Finding
from opsconductor.monitoring.lint.lint import lint
from opsconductor.monitoring.lint.loading import load
from opsconductor.monitoring.lint.report import Report
from opsconductor.monitoring.lint.source import Source
from opsconductor.monitoring.promql.contract_schema import contract_schema
from opsconductor.monitoring.promql.metrics_page import page_schema
from opsconductor.monitoring.promql.schema import Schema
from opsconductor.monitoring.rules import alert_expressions
from opsconductor.monitoring.slo.promise import Options
from opsconductor.objectives import DAY
from opsconductor.settings import PROJECT_ROOT, Settings
from opsconductor.stack.slo_files import read_slos

PAGE = Path(__file__).parent / "examples.prom"
BASE = "http://127.0.0.1:3001/runbooks"
RUNBOOKS = frozenset(path.stem for path in (PROJECT_ROOT / "docs/runbooks").glob("*.md"))
ALERTS = alert_expressions(Settings(), read_slos(Settings().alerting.slo_dir))
OURS = Context(
    runbook_base=BASE,
    runbooks=RUNBOOKS,
    interval=15,
    alerts=ALERTS,
    slo_options=Options(retention=15 * DAY),
)


def example_schema() -> Schema:
    """The contract's metrics and those of the example page."""
    ours = contract_schema(Settings())
    page = page_schema([PAGE.read_bytes()], "examples.prom", target_labels={"job", "instance"})
    return Schema({**page.metrics, **ours.metrics}, "the contract and examples.prom")


SCHEMA = example_schema()


def linted(
    *texts: str, schema: Schema = SCHEMA, context: Context = OURS, names: str = "file{}"
) -> Report:
    """The report on documents; they are called `file1`, `file2` and so on."""
    sources = [
        Source(names.format(number), text.encode()) for number, text in enumerate(texts, start=1)
    ]
    return lint(load(sources), schema, context)


def ids(report: Report) -> list[str]:
    """The ids of what was found, in the order of the report."""
    return [finding.kind.id for finding in report.findings]


def only(report: Report) -> Finding:
    """The one finding of a report."""
    (finding,) = report.findings
    return finding
