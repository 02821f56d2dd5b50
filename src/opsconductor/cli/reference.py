"""What the reference is made of besides the rules: source files, the tools, the command line."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from opsconductor.contract import Family, families, process_families
from opsconductor.settings import PROJECT_ROOT, Settings

if TYPE_CHECKING:
    from opsconductor.monitoring.reference.inventory import Inventory

RUNBOOKS = PROJECT_ROOT / "docs/runbooks"
_SOURCE = PROJECT_ROOT / "src/opsconductor"
_RECORDING = ("automation", "pipeline", "canary", "console", "stack", "serving", "telemetry")
"""The rooms whose processes record."""
_NAMED = re.compile(r"\b((?:process_)?families)\.([A-Z_]+)\b")
_MODULES = {"families": families, "process_families": process_families}


def known(
    defaults: Settings, slo_texts: Mapping[str, str], dashboards: Mapping[str, str]
) -> "Inventory":
    """All that the pages tell of; `dashboards` are name to JSON."""
    # Imported here: the parser comes along, and other commands do without.
    from opsconductor.monitoring.reference.inventory import inventory  # noqa: PLC0415

    tools = len(list(defaults.automation.tools_dir.glob("*.toml")))
    return inventory(defaults, slo_texts, dashboards, tools=tools, recorders=recorders())


def runbook_texts(folder: Path = RUNBOOKS) -> dict[str, str]:
    """Every runbook that there is, by its alert."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.md"))}


def recorders() -> dict[str, tuple[str, ...]]:
    """A family's name to the files that record it, as paths in the repository."""
    found: dict[str, dict[str, None]] = {}
    for path in _files():
        for module, constant in _NAMED.findall(path.read_text(encoding="utf-8")):
            family = getattr(_MODULES[module], constant, None)
            if isinstance(family, Family):
                found.setdefault(family.name, {})[str(path.relative_to(PROJECT_ROOT))] = None
    return {name: tuple(paths) for name, paths in found.items()}


def _files() -> Iterator[Path]:
    for room in _RECORDING:
        yield from sorted((_SOURCE / room).rglob("*.py"))
