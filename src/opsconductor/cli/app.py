"""Every command of `opsconductor`."""

import typer

from opsconductor.cli import (
    backtest,
    check,
    down,
    evidence,
    generate,
    lint,
    prove,
    run,
    slo,
    status,
    tool,
    up,
    version,
)
from opsconductor.cli.errors import EXIT_CODES

app = typer.Typer(
    name="opsconductor",
    help="Run operations tools and watch the system that runs them.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.command("up")(up.up)
app.command("down")(down.down)
app.command("status")(status.status)
app.command("run")(run.run)
app.add_typer(tool.app, name="tool")
app.add_typer(slo.app, name="slo")
app.command("check")(check.check)
app.command("backtest")(backtest.backtest)
app.command("generate")(generate.generate)
app.command("lint")(lint.lint)
app.command("prove")(prove.prove)
app.command("evidence")(evidence.evidence)
app.command("version")(version.version)
