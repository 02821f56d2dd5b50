"""opsconductor.toml and the environment become one typed, frozen `Settings`.

Precedence: environment, then file, then default. The file is the one that `OPSCONDUCTOR_CONFIG`
names, else `opsconductor.toml` in the project's root if it is there.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from opsconductor.settings.model import PROJECT_ROOT, Section, Settings

CONFIG_VARIABLE = "OPSCONDUCTOR_CONFIG"
PREFIX = "OPSCONDUCTOR_"

ENVIRONMENT_NAMES: Mapping[str, tuple[str, str]] = {
    "SELECTOR_CACHE_TTL_SEC": ("selector", "cache_ttl_seconds"),
    "SELECTOR_CACHE_MAX_ENTRIES": ("selector", "cache_max_entries"),
    "SELECTOR_DEGRADED_ENABLE": ("selector", "degraded_enable"),
    "GIT_COMMIT": ("automation", "git_commit"),
    "BUILT_AT": ("automation", "built_at"),
    "DATABASE_URL": ("automation", "database_url"),
    "EXEC_TIMEOUT_MS": ("automation", "exec_timeout_ms"),
}
"""Names that the system's existing deployments set."""


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
    sources = _overlay(values, environ)
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise SettingsError(_explain(error, path, text, sources)) from None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"cannot read the settings file {path}: {error}") from None


def _parse(path: Path | None, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: not valid TOML: {error}") from None


def _overlay(values: dict[str, Any], environ: Mapping[str, str]) -> dict[tuple[str, ...], str]:
    """Put the environment's values over the file's; returns which variable set which key."""
    sources: dict[tuple[str, ...], str] = {}
    for variable, key in (*_prefixed(), *ENVIRONMENT_NAMES.items()):
        if variable not in environ:
            continue
        table = values
        for name in key[:-1]:
            table = table.setdefault(name, {})
            if not isinstance(table, dict):
                break
        else:
            table[key[-1]] = environ[variable]
            sources[key] = variable
    return sources


def _prefixed() -> list[tuple[str, tuple[str, ...]]]:
    pairs: list[tuple[str, tuple[str, ...]]] = []
    for name, info in Settings.model_fields.items():
        annotation = info.annotation
        if isinstance(annotation, type) and issubclass(annotation, Section):
            pairs.extend(
                (f"{PREFIX}{name}_{inner}".upper(), (name, inner))
                for inner, field in annotation.model_fields.items()
                if field.annotation != dict[str, float]
            )
        else:
            pairs.append((f"{PREFIX}{name}".upper(), (name,)))
    return pairs


def _explain(
    error: ValidationError, path: Path | None, text: str, sources: Mapping[tuple[str, ...], str]
) -> str:
    lines = []
    for problem in error.errors(include_input=False, include_url=False):
        key = tuple(str(part) for part in problem["loc"])
        where = sources.get(key) or f"{path}, line {_line(text, key)}"
        if problem["type"] == "extra_forbidden":
            what = f"unknown setting {'.'.join(key)}; see opsconductor.toml.example"
        else:
            what = f"{'.'.join(key)}: {problem['msg']}"
        lines.append(f"{where}: {what}")
    return "\n".join(lines)


def _line(text: str, key: tuple[str, ...]) -> int:
    """The line of the key's assignment, or of its table's header where it is not found."""
    table = ""
    header_line = 1
    for number, line in enumerate(text.splitlines(), start=1):
        header = re.match(r"\s*\[\s*([^\]]+?)\s*\]", line)
        if header:
            table = header.group(1)
            if key[: table.count(".") + 1] == tuple(table.split(".")):
                header_line = number
            continue
        name = re.match(r"\s*([A-Za-z0-9_.\-\"']+)\s*=", line)
        if name:
            written = tuple(part for part in f"{table}.{name.group(1)}".split(".") if part)
            if written == key:
                return number
    return header_line
