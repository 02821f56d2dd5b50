"""`opsconductor generate`: the committed documents, rendered from the default settings."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from opsconductor.cli import reference
from opsconductor.cli.capacity_inputs import MEASURED, capacity_documents
from opsconductor.cli.errors import ExitCode
from opsconductor.cli.evidence import RESULTS, evidence_documents
from opsconductor.settings import PROJECT_ROOT, Settings, example
from opsconductor.stack.slo_files import read_slos

if TYPE_CHECKING:
    from opsconductor.monitoring.reference.inventory import Inventory

GENERATED = PROJECT_ROOT / "generated"
PAGES = (PROJECT_ROOT / "docs/lint", PROJECT_ROOT / "docs/reference")
EXAMPLE = PROJECT_ROOT / "opsconductor.toml.example"
DASHBOARDS = "grafana/dashboards/"
"""Where the documents' dashboards are."""


def generate(
    check: Annotated[  # noqa: FBT002  a flag
        bool, typer.Option("--check", help="Write nothing; exit 1 if a file is not up to date.")
    ] = False,
) -> None:
    """Write what is rendered from the code: generated/, parts of docs, the settings' example."""
    wanted, problems = _wanted()
    stale = {path: text for path, text in wanted.items() if _read(path) != text}
    surplus = [
        path
        for folder in (GENERATED, *PAGES)
        for path in folder.rglob("*")
        if path.is_file() and path not in wanted and not _measured(path)
    ]
    changed = sorted((*stale, *surplus))
    for path in changed:
        typer.echo(f"{'differs' if check else 'wrote' if path in stale else 'removed'}: {path}")
    for problem in problems:
        typer.echo(f"wrong: {problem}")
    if not check:
        _write(stale, surplus)
    if (check and changed) or problems:
        if check and changed:
            typer.echo("generated files are not up to date; run 'make generate' and commit them")
        raise typer.Exit(ExitCode.FAILED)
    typer.echo(f"{len(wanted)} generated files are up to date")


def _write(stale: Mapping[Path, str], surplus: Iterable[Path]) -> None:
    for path, text in stale.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for path in surplus:
        path.unlink()


def _wanted() -> tuple[Mapping[Path, str], tuple[str, ...]]:
    """Every file's text, and what is wrong with the parts that people write."""
    # Imported here: the dashboards' library is the heaviest of all, and only this command needs it.
    from opsconductor.monitoring import documents  # noqa: PLC0415
    from opsconductor.monitoring.lint.kinds import KINDS  # noqa: PLC0415  the parser comes along
    from opsconductor.monitoring.lint.pages import pages  # noqa: PLC0415

    defaults = Settings()
    slo_texts = read_slos(defaults.alerting.slo_dir)
    made = documents(defaults, slo_texts)
    known = reference.known(
        defaults,
        slo_texts,
        {name: text for name, text in made.items() if name.startswith(DASHBOARDS)},
    )
    runbook_pages, problems = _runbooks(known)
    files = {
        **{GENERATED / name: text for name, text in made.items()},
        **{PROJECT_ROOT / name: text for name, text in pages(KINDS).items()},
        **_reference(known),
        **runbook_pages,
        EXAMPLE: example(),
        **evidence_documents(),
        **capacity_documents(),
    }
    return files, problems


def _reference(known: "Inventory") -> dict[Path, str]:
    from opsconductor.cli.command_page import command_page  # noqa: PLC0415
    from opsconductor.monitoring.reference.pages import pages  # noqa: PLC0415

    return {PROJECT_ROOT / name: text for name, text in pages(known, command_page()).items()}


def _runbooks(known: "Inventory") -> tuple[dict[Path, str], tuple[str, ...]]:
    """The runbooks, whose prose is read and kept, and what is wrong with it."""
    from opsconductor.monitoring.reference.runbooks import runbooks  # noqa: PLC0415

    renewed = runbooks(known, reference.runbook_texts())
    pages = {reference.RUNBOOKS / f"{alert}.md": text for alert, text in renewed.pages.items()}
    return pages, renewed.problems


def _measured(path: Path) -> bool:
    """Whether the file is what was measured, from which others are rendered."""
    return path == MEASURED or RESULTS in path.parents


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None
