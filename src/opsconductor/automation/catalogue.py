"""The catalogue: a folder of TOML files, one tool each."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from pydantic import ValidationError

from opsconductor.automation.tool import Tool
from opsconductor.settings import Settings, line_of

STATE = "{state}"
"""Stands for the state folder in a tool's allowed and denied roots."""


class CatalogueError(ValueError):
    """No catalogue can be loaded from the folder; the text says what to do."""


class _BrokenFileError(ValueError):
    """One tool file cannot be used."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The tools by name, and for each file that could not be used the reason."""

    tools: Mapping[str, Tool]
    broken: Mapping[str, str]


def load(folder: Path, state: Path | None = None) -> Catalogue:
    """Read every `*.toml` of the folder. Raises `CatalogueError` where there is none.

    A broken file is left out and reported in `broken`, file name to reason; the others load.
    `state` is the state folder, by default the one of the default settings.
    """
    if not folder.is_dir():
        raise CatalogueError(
            f"the tools folder {folder} does not exist; set automation.tools_dir to a folder "
            "of tool files"
        )
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise CatalogueError(
            f"the tools folder {folder} holds no .toml file; set automation.tools_dir to a "
            "folder of tool files"
        )
    state = state or Settings().state
    tools: dict[str, Tool] = {}
    origins: dict[str, str] = {}
    broken: dict[str, str] = {}
    for file in files:
        try:
            tool = _read(file, state)
        except _BrokenFileError as error:
            broken[file.name] = str(error)
            continue
        if tool.name in tools:
            broken[file.name] = f"the name {tool.name} is already taken by {origins[tool.name]}"
            continue
        tools[tool.name], origins[tool.name] = tool, file.name
    return Catalogue(MappingProxyType(tools), MappingProxyType(broken))


def _read(file: Path, state: Path) -> Tool:
    try:
        text = file.read_text(encoding="utf-8")
        values = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise _BrokenFileError(f"not UTF-8: {error.reason} at byte {error.start}") from None
    except OSError as error:
        raise _BrokenFileError(f"cannot be read: {error.strerror}") from None
    except tomllib.TOMLDecodeError as error:
        raise _BrokenFileError(f"not valid TOML: {error}") from None
    for roots in ("allowed_roots", "denied_roots"):
        if isinstance(values.get(roots), list):
            values[roots] = [
                root.replace(STATE, str(state)) if isinstance(root, str) else root
                for root in values[roots]
            ]
    try:
        return Tool.model_validate(values)
    except ValidationError as error:
        raise _BrokenFileError(_explain(error, text)) from None


def _explain(error: ValidationError, text: str) -> str:
    problems = []
    for problem in error.errors(include_input=False, include_url=False):
        key = tuple(part for part in problem["loc"] if part not in {"exec", "builtin"})
        name = ".".join(str(part) for part in key)
        what = "unknown key" if problem["type"] == "extra_forbidden" else problem["msg"]
        what = what.removeprefix("Value error, ")
        problems.append(f"line {line_of(text, key)}: {name + ': ' if name else ''}{what}")
    return "; ".join(problems)
