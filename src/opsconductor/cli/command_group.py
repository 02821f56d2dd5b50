"""Commands that are imported when they are asked for, so that each starts as fast as it can."""

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group

if TYPE_CHECKING:
    from typer._click import Command, Context

PACKAGE = "opsconductor.cli"
COMMANDS: Mapping[str, str] = MappingProxyType({
    "up": "command",
    "down": "command",
    "status": "command",
    "run": "command",
    "tool": "group",
    "slo": "group",
    "cardinality": "command",
    "check": "command",
    "backtest": "command",
    "capacity": "command",
    "generate": "command",
    "lint": "command",
    "prove": "command",
    "evidence": "command",
    "version": "command",
})  # fmt: skip
"""Every command in the order of the help. A command is the function of its module's name, a group
is the module's `app`."""


class CommandGroup(TyperGroup):
    """Knows the names of all commands; imports the module of the one that is run."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        # Names alone, for the help's order and for what may have been meant by a wrong one.
        self.commands = {name: TyperCommand(name) for name in COMMANDS}

    def get_command(self, ctx: "Context", cmd_name: str) -> "Command | None":
        """The command, made of its module; None for a name that there is not."""
        del ctx
        kind = COMMANDS.get(cmd_name)
        if kind is None:
            return None
        module = import_module(f"{PACKAGE}.{cmd_name}")
        if kind == "group":
            group = get_group(module.app)
            group.name = cmd_name
            return group
        alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        alone.command(cmd_name)(getattr(module, cmd_name))
        return get_command(alone)
