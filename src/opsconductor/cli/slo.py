"""`opsconductor slo …`: objectives compiled into rules, and how they stand."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from opsconductor.cli.errors import ExitCode
from opsconductor.cli.slo_report import report
from opsconductor.monitoring.durations import seconds_of
from opsconductor.objectives import DAY
from opsconductor.settings import load
from opsconductor.stack.slo_files import read_slos, slo_text

app = typer.Typer(
    help="Compile OpenSLO files into Prometheus rules, and report how the objectives stand.",
    no_args_is_help=True,
)
app.command("report")(report)

Form = Literal["prometheus", "prometheusrule"]

KEPT = (
    "Samples are taken to be kept for {days}d; say --retention 30d where yours keeps them longer."
)
"""For a stranger: how long their server keeps samples is in its flags, which are not asked."""


@app.command("compile")
def compile_(  # noqa: PLR0913, PLR0917  one parameter for each option
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE]…", help="OpenSLO v1 files; without one, our own."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write here instead of printing.")
    ] = None,
    form: Annotated[
        Form,
        typer.Option("--format", help="A rule file, or Kubernetes' PrometheusRule."),
    ] = "prometheus",
    retention: Annotated[
        str,
        typer.Option(help="How long your Prometheus keeps samples; without it, as long as ours."),
    ] = "",
    interval: Annotated[
        str, typer.Option(help="Between two evaluations of the rules, such as 30s.")
    ] = "",
    runbooks: Annotated[
        str,
        typer.Option(help="Where alerts' pages are, without it our own; the alert is appended."),
    ] = "",
) -> None:
    """Compile SLOs into recording and burn-rate alert rules.

    An SLO that cannot be compiled is reported with file and line; the others are still written.
    Exit 1 where one was refused or there was none.
    """
    from opsconductor.monitoring.slo.compiler import compiled  # noqa: PLC0415  with the parser
    from opsconductor.monitoring.slo.problem import RETENTION  # noqa: PLC0415
    from opsconductor.monitoring.slo.promise import Options  # noqa: PLC0415
    from opsconductor.monitoring.slo.rule_file import rule_file  # noqa: PLC0415

    settings = load()
    texts = {str(path): slo_text(path) for path in files or ()}
    kept = _seconds(retention, "--retention") if retention else None
    every = _seconds(interval, "--interval") if interval else None
    console = f"{settings.url(settings.console.port)}/runbooks"
    options = Options(
        interval=every or settings.prometheus.rule_interval_seconds,
        retention=kept or settings.prometheus.retention_days * DAY,
        runbooks=runbooks or settings.alerting.runbook_base_url or console,
        count_caller_mistakes=settings.alerting.count_caller_mistakes,
    )
    found = compiled(texts or read_slos(settings.alerting.slo_dir), options)
    for problem in found.problems:
        typer.echo(str(problem), err=True)
    if not retention and any(one.code == RETENTION for one in found.problems):
        typer.echo(KEPT.format(days=settings.prometheus.retention_days), err=True)
    if found.promises:
        _write(rule_file(found.groups, options.interval, form), output)
        if output is not None:
            rules = sum(len(group.rules) for group in found.groups)
            kept = len(found.promises)
            typer.echo(f"{output}: {kept} objective{'s' * (kept > 1)}, {rules} rules", err=True)
    elif not found.problems:
        typer.echo("there is no SLO in these files", err=True)
    if found.problems or not found.promises:
        raise typer.Exit(ExitCode.FAILED)


def _write(text: str, output: Path | None) -> None:
    if output is None:
        typer.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        what = f"{output}: cannot be written: {error.strerror}"
        raise typer.BadParameter(what, param_hint="--output") from None


def _seconds(text: str, option: str) -> float:
    try:
        seconds = seconds_of(text.strip())
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None
    if seconds <= 0:
        raise typer.BadParameter("a length of 0 holds nothing", param_hint=option)
    return seconds
