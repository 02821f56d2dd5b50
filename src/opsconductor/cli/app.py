"""The command line's root, from which every command is reached."""

import typer

from opsconductor.cli.command_group import CommandGroup
from opsconductor.cli.errors import EXIT_CODES

app = typer.Typer(
    name="opsconductor",
    cls=CommandGroup,
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def opsconductor() -> None:
    """Run operations tools and watch the system that runs them."""
