"""opsconductor.toml and the environment become one typed, frozen `Settings`.

Precedence: environment, then file, then default. The file is the one that `OPSCONDUCTOR_CONFIG`
names, else `opsconductor.toml` in the project's root if it is there.
"""

import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from opsconductor.settings.location import line_of
from opsconductor.settings.model import PROJECT_ROOT, Settings, sections

CONFIG_VARIABLE = "OPSCONDUCTOR_CONFIG"
PREFIX = "OPSCONDUCTOR_"

ENVIRONMENT_NAMES: Mapping[str, tuple[str, ...]] = {
    "SELECTOR_CACHE_TTL_SEC": ("selector", "cache_ttl_seconds"),
    "SELECTOR_CACHE_MAX_ENTRIES": ("selector", "cache_max_entries"),
    "SELECTOR_DEGRADED_ENABLE": ("selector", "degraded_enable"),
    "GIT_COMMIT": ("automation", "git_commit"),
    "BUILT_AT": ("automation", "built_at"),
    "DATABASE_URL": ("automation", "database_url"),
    "EXEC_TIMEOUT_MS": ("automation", "exec_timeout_ms"),
}
"""Names that the system's existing deployments set; `OPSCONDUCTOR_...` wins over them."""

Key = tuple[str, ...]


class SettingsError(ValueError):
    """The settings cannot be used; the text says where and what to do."""


def config_path(environ: Mapping[str, str] | None = None) -> Path | None:
    """The settings file in force, or None where every setting comes from elsewhere."""
    environ = os.environ if environ is None else environ
    named = environ.get(CONFIG_VARIABLE)
    if named:
        return Path(named).expanduser().absolute()
    default = PROJECT_ROOT / "opsconductor.toml"
    return default if default.exists() else None


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings file and the environment. Raises `SettingsError`."""
    environ = os.environ if environ is None else environ
    path = config_path(environ)
    text = _read(path) if path else ""
    values = _parse(path, text)
    if path:
        _anchor(values, path.parent)
    sources = _overlay(values, environ)
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        problems = error.errors(include_input=False, include_url=False)
    lines = [f"{_place(p, path, text, sources)}: {_what(p)}" for p in problems]
    raise SettingsError("\n".join(lines))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"cannot read the settings file {path}: {error}") from None


def _parse(path: Path | None, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        what, _, where = str(error).partition(" (at ")
        line = re.match(r"line (\d+)", where)
        number = line.group(1) if line else len(text.splitlines())  # "end of document"
        raise SettingsError(f"{path}, line {number}: not valid TOML: {what}") from None


def _anchor(values: dict[str, Any], folder: Path) -> None:
    """Make the file's relative paths relative to the file, wherever a process is started from."""
    for key, field in _keys().items():
        table = values.get(key[0]) if len(key) > 1 else values
        if field not in {Path, Path | None} or not isinstance(table, dict):
            continue
        written = table.get(key[-1])
        if isinstance(written, str) and written:
            table[key[-1]] = str(folder / Path(written).expanduser())


def _overlay(values: dict[str, Any], environ: Mapping[str, str]) -> dict[Key, str]:
    """Put the environment's values over the file's; returns which variable set which key."""
    keys = _keys()
    named = {f"{PREFIX}{'_'.join(key)}".upper(): key for key in keys}
    _refuse_unknown(environ, named)
    sources: dict[Key, str] = {}
    for variable, key in (*ENVIRONMENT_NAMES.items(), *named.items()):
        if variable not in environ:
            continue
        table = values.setdefault(key[0], {}) if len(key) > 1 else values
        if isinstance(table, dict):  # anything else is an error of the file, found later
            table[key[-1]] = _typed(variable, environ[variable], keys[key])
            sources[key] = variable
    return sources


def _keys() -> dict[Key, Any]:
    """The type of every setting."""
    keys: dict[Key, Any] = {
        (name,): info.annotation
        for name, info in Settings.model_fields.items()
        if name not in sections()
    }
    for name, section in sections().items():
        keys |= {(name, key): info.annotation for key, info in section.model_fields.items()}
    return keys


def _refuse_unknown(environ: Mapping[str, str], named: Mapping[str, Key]) -> None:
    """A misspelt variable would otherwise be a setting that silently does not apply."""
    prefixes = tuple(f"{PREFIX}{section}_".upper() for section in sections())
    for variable in environ:
        if variable.startswith(prefixes) and variable not in named:
            raise SettingsError(f"{variable}: unknown setting{_hint(variable, named)}")


def _typed(variable: str, text: str, annotation: Any) -> Any:
    """The variable's value: TOML for a table, otherwise text that the model converts."""
    if get_origin(annotation) is not dict:
        return text
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        raise SettingsError(
            f"{variable}: not a TOML inline table; write it like {{ SelectorLatencyHigh = 0.8 }}"
        ) from None


def _place(problem: ErrorDetails, path: Path | None, text: str, sources: Mapping[Key, str]) -> str:
    key = tuple(str(part) for part in problem["loc"])
    for length in range(len(key), 0, -1):
        if key[:length] in sources:
            return sources[key[:length]]
    return f"{path}, line {line_of(text, key)}"


def _what(problem: ErrorDetails) -> str:
    key = ".".join(str(part) for part in problem["loc"])
    match problem["type"]:
        case "extra_forbidden":
            known = [".".join(known) for known in _keys()] + list(sections())
            return f"unknown setting {key}{_hint(key, known)}; see opsconductor.toml.example"
        case "model_type" | "dict_type":
            return f"{key} is a table: write [{key}] and its settings below it"
        case _:
            return f"{key}: {problem['msg']}"


def _hint(written: str, known: Iterable[str]) -> str:
    close = get_close_matches(written, list(known), n=1)
    return f"; did you mean {close[0]}?" if close else ""
