"""What a program printed becomes facts and a table: one function for each kind of output."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import cast

from opsconductor.automation.outcome import Findings, Finished

Parser = Callable[[Finished], Findings]
"""Raises `ToolFailure` for an output that tells of a failure, `ValueError` for nonsense."""

PARSERS: Mapping[str, str] = {
    "apt_list": "packages",
    "checksum": "files",
    "df": "files",
    "du": "files",
    "ping": "network",
    "systemctl_show": "systemd",
    "tail": "files",
}
"""The name of each parser and the module that holds it, imported when it is first needed."""


def parser(name: str) -> Parser:
    """The parser of that name. Raises `KeyError`."""
    module = import_module(f"{__name__}.{PARSERS[name]}")
    return cast("Parser", getattr(module, name))
