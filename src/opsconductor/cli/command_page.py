"""docs/reference/commands.md: every command as its help describes it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from typer.main import get_command

from opsconductor.cli.app import app
from opsconductor.cli.errors import EXIT_CODES
from opsconductor.monitoring.reference.markdown import code, link, page, table

if TYPE_CHECKING:
    from typer._click import Command, Context, Parameter

_INTRO = "What `./opsconductor COMMAND --help` says, on one page.\n\n{exit_codes}"


def command_page() -> str:
    """The page."""
    root = get_command(app)
    commands = list(_commands(root, root.make_context("opsconductor", ["version"]), ""))
    rows = ((link(code(name), "", name), _first_line(command)) for name, command, _ in commands)
    return page(
        "Commands",
        _INTRO.format(exit_codes=EXIT_CODES),
        table(("command", "what"), rows),
        *(part for found in commands for part in _command(*found)),
    )


def _commands(
    group: "Command", context: "Context", prefix: str
) -> Iterator[tuple[str, "Command", "Context"]]:
    """The commands below a group, those of a group below it in its place."""
    for name in getattr(group, "commands", {}):
        command = group.get_command(context, name)  # type: ignore[attr-defined]  # it is a group
        inner = command.context_class(command, info_name=f"{prefix}{name}", parent=context)
        if getattr(command, "commands", None):
            yield from _commands(command, inner, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}", command, inner


def _command(name: str, command: "Command", context: "Context") -> Iterator[str]:
    yield f"## {name}"
    usage = " ".join(command.collect_usage_pieces(context))
    yield f"```console\n$ ./opsconductor {name} {usage}\n```"
    yield (command.help or "").strip()
    rows = [row for one in command.params if (row := _parameter(one, context))]
    if rows:
        yield table(("option", "what"), rows)


def _parameter(one: "Parameter", context: "Context") -> tuple[str, str] | None:
    """An option as its help shows it, or an argument that has a help."""
    record = one.get_help_record(context)
    if record is None or not record[1]:
        return None
    return code(record[0]), record[1]


def _first_line(command: "Command") -> str:
    return (command.help or "").strip().splitlines()[0]
