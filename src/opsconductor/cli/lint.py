"""`opsconductor lint`: rules, dashboards and SLOs held against the metrics that exist."""

from pathlib import Path
from typing import Annotated

import typer

from opsconductor.cli.lint_options import Format, Least, Options

FILES = "Rule files, dashboards, OpenSLO files, folders, or - for standard input. [default: ours]"


def lint(  # noqa: PLR0913  a command's options
    files: Annotated[list[str] | None, typer.Argument(help=FILES, show_default=False)] = None,
    *,
    metrics: Annotated[
        Path | None, typer.Option(help="Hold against a saved metrics page, not the contract.")
    ] = None,
    target_label: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help="With --metrics: a label that scraping adds. Repeatable."
        ),
    ] = None,
    prometheus: Annotated[
        str, typer.Option(metavar="URL", help="Hold against a running Prometheus.")
    ] = "",
    any_metric: Annotated[
        bool, typer.Option("--any-metric", help="Take every metric name as one that exists.")
    ] = False,
    alertmanager: Annotated[
        Path | None, typer.Option(help="An Alertmanager configuration: is anybody told?")
    ] = None,
    output: Annotated[Format, typer.Option("--format", help="How to write it.")] = Format.TEXT,
    level: Annotated[Least, typer.Option(help="Show findings from this level on.")] = Least.NOTE,
    fail_on: Annotated[Least, typer.Option(help="Exit 1 from this level on.")] = Least.WARNING,
    fix: Annotated[bool, typer.Option("--fix", help="Apply the mechanical remedies.")] = False,
    explain: Annotated[str, typer.Option(metavar="ID", help="Print a finding's page.")] = "",
    list_: Annotated[bool, typer.Option("--list", help="List the findings there are.")] = False,
) -> None:
    """Lint rules, dashboards and SLOs against the metrics that exist.

    Exit 0: something was linted, and nothing found from --fail-on on. 1: something was found.
    2: wrong use, a file that cannot be read, nothing to lint, or no answer from Prometheus.
    """
    if sum((metrics is not None, bool(prometheus), any_metric)) > 1:
        raise typer.BadParameter("give one of --metrics, --prometheus and --any-metric")
    if target_label and metrics is None:
        raise typer.BadParameter("--target-label names what scraping adds to the page of --metrics")
    # The parser and the checks are loaded by this command alone: `up` starts from here too.
    from opsconductor.cli import lint_command  # noqa: PLC0415

    if list_:
        lint_command.show_list()
    elif explain:
        raise typer.Exit(lint_command.explain(explain))
    else:
        options = Options(
            files=tuple(files or ()),
            metrics=metrics,
            target_labels=tuple(target_label or ()),
            prometheus=prometheus,
            any_metric=any_metric,
            alertmanager=alertmanager,
            output=output,
            level=level,
            fail_on=fail_on,
            fix=fix,
        )
        raise typer.Exit(lint_command.run(options))
