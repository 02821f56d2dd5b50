"""The direction of imports: who may import whom, read from the source text."""

import ast
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

import opsconductor

PACKAGE = Path(opsconductor.__file__).parent

DATA = frozenset({"contract", "objectives", "settings"})
SERVICE = DATA | {"telemetry", "client", "serving"}

MAY_IMPORT: Mapping[str, frozenset[str]] = {
    "contract": frozenset(),
    "settings": frozenset(),
    "objectives": frozenset({"contract"}),
    "telemetry": DATA,
    "client": DATA,
    "monitoring": DATA,
    "serving": DATA | {"telemetry"},
    "automation": SERVICE,
    "pipeline": SERVICE,
    "canary": SERVICE,
    "demo": SERVICE,
    "inbox": SERVICE,
    "console": SERVICE | {"inbox"},
    "stack": SERVICE | {"monitoring"},
    "proof": DATA | {"client", "monitoring", "stack"},
}
"""The rooms and what each may import; `cli` may import anything and nothing imports it."""

DATA_LIBRARIES = frozenset({"pydantic", "pydantic_core"})
WEB_FRAMEWORKS = frozenset({"fastapi", "starlette", "uvicorn"})
ONLY_IN: Mapping[str, tuple[str, ...]] = {
    "prometheus_client": ("opsconductor.telemetry",),
    "sqlalchemy": ("opsconductor.automation.store", "opsconductor.inbox.store"),
    "sqlite3": ("opsconductor.automation.store", "opsconductor.inbox.store"),
    "grafana_foundation_sdk": ("opsconductor.monitoring.dashboards",),
    "aiosmtpd": ("opsconductor.inbox",),
    "typer": ("opsconductor.cli",),
}
"""Libraries that stay at the edge that needs them."""


class Import(NamedTuple):
    """One import: the module in which it stands, its line, and the module that it names."""

    importer: str
    line: int
    imported: str


def modules() -> Iterator[tuple[str, str, bool]]:
    """Every module of ours, with its source and whether it is a package."""
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if package else parts)
        yield name, path.read_text(encoding="utf-8"), package


def imports(module: str, source: str, *, package: bool = False) -> Iterator[Import]:
    """Every import of a module, wherever in it the statement stands.

    `from a import b` counts as `a.b`, for b may be a module; relative ones are made absolute.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(module, node.lineno, alias.name)
        elif isinstance(node, ast.ImportFrom):
            base = module.split(".") if package else module.split(".")[:-1]
            above = base[: len(base) - node.level + 1] if node.level else []
            origin = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                yield Import(module, node.lineno, f"{origin}.{alias.name}")


def room_of(module: str) -> str | None:
    """The room of a module of ours; None for somebody else's and for the package itself."""
    parts = module.split(".")
    return parts[1] if parts[0] == "opsconductor" and len(parts) > 1 else None


def within(module: str, place: str) -> bool:
    """Whether the module is the place or lies in it."""
    return module == place or module.startswith(f"{place}.")


def complaint(found: Import) -> str | None:
    """What is wrong with an import; None where nothing is."""
    wrong = wrong_room(found) or wrong_library(found)
    return f"{found.importer}, line {found.line}: {wrong}" if wrong else None


def wrong_room(found: Import) -> str | None:
    """Why the importing room may not import the room of the imported module."""
    room, target = room_of(found.importer), room_of(found.imported)
    if room in {None, "cli"}:
        return "nothing imports cli" if room is None and target == "cli" else None
    if room not in MAY_IMPORT:
        return f"the room {room} is not in the import table; decide what it may import"
    if target == "cli":
        return "nothing imports cli"
    known = target in MAY_IMPORT  # names of the package itself, such as __version__, are not rooms
    allowed = target == room or target in MAY_IMPORT[room]
    return f"{room} may not import {target}" if known and not allowed else None


def wrong_library(found: Import) -> str | None:
    """Why the library is not to be used in the importing module."""
    library = found.imported.split(".")[0]
    places = ONLY_IN.get(library)
    if places and not any(within(found.importer, place) for place in places):
        return f"{library} belongs in {' and '.join(places)}"
    if room_of(found.importer) == "monitoring" and library in WEB_FRAMEWORKS:
        return "no web framework in monitoring"
    return None


def complaints(module: str, source: str) -> list[str]:
    """What is wrong with a module's imports."""
    return [text for found in imports(module, source) if (text := complaint(found)) is not None]


@pytest.fixture(scope="module")
def every_import() -> list[Import]:
    """All imports of the package."""
    return [
        found
        for module, source, package in modules()
        for found in imports(module, source, package=package)
    ]


def test_every_import_follows_the_table(every_import: list[Import]) -> None:
    """No room imports another that the table does not allow it."""
    assert [text for found in every_import if (text := complaint(found))] == []


def test_every_room_has_a_row(every_import: list[Import]) -> None:
    """A folder or module without a row in the table is a decision that nobody made."""
    rooms = {
        path.stem
        for path in PACKAGE.iterdir()
        if path.suffix == ".py" or (path.is_dir() and any(path.rglob("*.py")))
    }
    assert rooms - {"__init__", "cli"} <= set(MAY_IMPORT)
    assert len(every_import) > 100, "the test reads the whole package"


def test_the_data_rooms_need_only_the_standard_library_and_pydantic(
    every_import: list[Import],
) -> None:
    """Whoever reads the contract, the objectives or the settings pays for nothing else."""
    foreign = [
        found
        for found in every_import
        if room_of(found.importer) in DATA
        and (library := found.imported.split(".")[0]) not in sys.stdlib_module_names
        and library not in DATA_LIBRARIES | {"opsconductor"}
    ]
    assert foreign == []


def test_rooms_do_not_depend_on_each_other_in_a_circle() -> None:
    """The table itself has a direction: following it never leads back."""
    remaining = dict(MAY_IMPORT)
    while remaining:
        free = [room for room, needs in remaining.items() if not needs & remaining.keys()]
        assert free, f"a circle among {sorted(remaining)}"
        for room in free:
            del remaining[room]


@pytest.mark.parametrize(
    ("module", "source", "expected"),
    [
        ("opsconductor.automation.api", "import opsconductor.pipeline", "may not import pipeline"),
        ("opsconductor.automation.api", "from opsconductor import pipeline", "may not import"),
        ("opsconductor.automation.api", "from ..console import app", "may not import console"),
        ("opsconductor.client.http", "def f():\n    import opsconductor.telemetry", "line 2"),
        ("opsconductor.stack.spec", "from opsconductor.cli import main", "nothing imports cli"),
        ("opsconductor.attic.old", "import json", "not in the import table"),
        ("opsconductor.pipeline.app", "from prometheus_client import Counter", "telemetry"),
        ("opsconductor.monitoring.rules", "from starlette.routing import Route", "no web"),
        ("opsconductor.console.app", "from sqlalchemy import select", "belongs in"),
    ],
)
def test_a_forbidden_import_is_caught(module: str, source: str, expected: str) -> None:
    """The check itself sees what it is there to see, in every form of the statement."""
    (text,) = complaints(module, source)
    assert expected in text


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("opsconductor.cli.up", "from opsconductor.stack import supervisor"),
        ("opsconductor.console.app", "from opsconductor.inbox import store"),
        ("opsconductor.telemetry.logs", "from opsconductor.telemetry import trace"),
        ("opsconductor.telemetry.logs", "from opsconductor import __version__"),
        ("opsconductor.automation.store.executions", "import sqlalchemy"),
    ],
)
def test_an_allowed_import_passes(module: str, source: str) -> None:
    """The check does not complain about what the table allows."""
    assert complaints(module, source) == []
