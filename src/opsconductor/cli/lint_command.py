"""What `opsconductor lint` does: judge, remedy where asked, show, and choose the exit code."""

import json
import sys

import typer
from rich.console import Console

from opsconductor import __version__
from opsconductor.cli.errors import ExitCode
from opsconductor.cli.lint_options import STDIN, Format, Options
from opsconductor.cli.lint_run import Fixes, Run, write
from opsconductor.cli.lint_text import print_list, print_report
from opsconductor.client.errors import UpstreamError
from opsconductor.monitoring.lint.finding import Level
from opsconductor.monitoring.lint.json_report import json_report
from opsconductor.monitoring.lint.kinds import BY_ID, KINDS
from opsconductor.monitoring.lint.nearest import nearest
from opsconductor.monitoring.lint.pages import FOLDER, page
from opsconductor.monitoring.lint.report import Report
from opsconductor.monitoring.lint.sarif import sarif
from opsconductor.monitoring.lint.source import UnreadableError
from opsconductor.monitoring.promql.metrics_stream import MetricsPageError
from opsconductor.settings import PROJECT_ROOT


def run(options: Options) -> ExitCode:
    """Lint, and say what was found."""
    try:
        made = Run(options)
        report = _fixed(made.fixed(), options) if options.fix else made.report()
    except UpstreamError as error:
        typer.echo(f"{error}\nIs the address of --prometheus right?", err=True)
        return ExitCode.USAGE
    except (UnreadableError, MetricsPageError, OSError) as error:
        typer.echo(str(error), err=True)
        return ExitCode.USAGE
    if not (options.fix and STDIN in options.files):
        _show(report, options)
    if report.unreadable:
        return ExitCode.USAGE
    found = report.at_least(Level(options.fail_on))
    return ExitCode.FAILED if found else ExitCode.OK


def show_list() -> None:
    """A line for each kind of finding."""
    print_list(KINDS, Console(highlight=False))


def explain(name: str) -> ExitCode:
    """The page of a kind of finding."""
    kind = BY_ID.get(name)
    if kind is None:
        near = nearest(name, BY_ID)
        meant = f"did you mean {near}?" if near else "'opsconductor lint --list' has them all"
        typer.echo(f"there is no finding {name}; {meant}", err=True)
        return ExitCode.USAGE
    typer.echo(page(kind).partition("\n\n")[2], nl=False)
    return ExitCode.OK


def _fixed(fixes: Fixes, options: Options) -> Report:
    """Write what changed and say so; a fixed standard input is printed, and the rest said aside."""
    for source in fixes.changed:
        write(source)
    aside = STDIN in options.files or options.output is not Format.TEXT
    for finding in fixes.applied:
        edit = finding.edit
        if edit is not None:
            said = f"fixed {finding.position} {finding.kind.id}: {edit.old} -> {edit.new}"
            typer.echo(said, err=aside)
    if STDIN in options.files:
        sys.stdout.buffer.write(fixes.stdin)
        sys.stdout.buffer.flush()
        typer.echo(fixes.report.verdict, err=True)
    return fixes.report


def _show(report: Report, options: Options) -> None:
    least = Level(options.level)
    if options.output is Format.TEXT:
        print_report(report, least, Console(highlight=False))
        return
    if options.output is Format.JSON:
        document = json_report(report, least)
    else:
        pages = (PROJECT_ROOT / FOLDER).as_uri()
        document = sarif(report, KINDS, version=__version__, pages=pages, least=least)
    typer.echo(json.dumps(document, indent=2))
