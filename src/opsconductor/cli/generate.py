"""`opsconductor generate`: the committed documents, rendered from the default settings."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from opsconductor.cli import reference
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
    wanted = _wanted()
    stale = {path: text for path, text in wanted.items() if _read(path) != text}
    surplus = [
        path
        for folder in (GENERATED, *PAGES)
        for path in folder.rglob("*")
        if path.is_file() and path not in wanted and RESULTS not in path.parents
    ]
    changed = sorted((*stale, *surplus))
    for path in changed:
        typer.echo(f"{'differs' if check else 'wrote' if path in stale else 'removed'}: {path}")
    if check:
        _verdict(changed)
        _refuse_unwritten(wanted)
        return
    for path, text in stale.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for path in surplus:
        path.unlink()
    _refuse_unwritten(wanted)
    typer.echo(f"{len(wanted)} files are up to date")


def _verdict(changed: list[Path]) -> None:
    if changed:
        typer.echo("generated files are not up to date; run 'make generate' and commit them")
        raise typer.Exit(ExitCode.FAILED)
    typer.echo("generated files are up to date")


def _refuse_unwritten(wanted: Mapping[Path, str]) -> None:
    """A runbook that was begun for a new alert helps nobody until a person has written it."""
    from opsconductor.monitoring.reference.runbooks import TO_WRITE  # noqa: PLC0415  the parser comes along

    unwritten = [path for path, text in wanted.items() if TO_WRITE in text]
    for path in unwritten:
        typer.echo(f"not written yet: {path}: put what helps in place of every '{TO_WRITE}'")
    if unwritten:
        raise typer.Exit(ExitCode.FAILED)


def _wanted() -> Mapping[Path, str]:
    # Imported here: the dashboards' library is the heaviest of all, and only this command needs it.
    from opsconductor.monitoring import documents  # noqa: PLC0415
    from opsconductor.monitoring.lint.kinds import KINDS  # noqa: PLC0415  the parser comes along
    from opsconductor.monitoring.lint.pages import pages  # noqa: PLC0415

    defaults = Settings()
    slo_texts = read_slos(defaults.alerting.slo_dir)
    made = documents(defaults, slo_texts)
    boards = {name: text for name, text in made.items() if name.startswith(DASHBOARDS)}
    return {
        **{GENERATED / name: text for name, text in made.items()},
        **{PROJECT_ROOT / name: text for name, text in pages(KINDS).items()},
        **_reference(reference.known(defaults, slo_texts, boards)),
        EXAMPLE: example(),
        **evidence_documents(),
    }


def _reference(known: "Inventory") -> dict[Path, str]:
    """The reference and the runbooks, whose prose is read and kept."""
    from opsconductor.cli.command_page import command_page  # noqa: PLC0415
    from opsconductor.monitoring.reference.pages import pages  # noqa: PLC0415
    from opsconductor.monitoring.reference.runbooks import runbooks  # noqa: PLC0415

    texts = runbooks(known, reference.runbook_texts())
    return {
        **{PROJECT_ROOT / name: text for name, text in pages(known, command_page()).items()},
        **{reference.RUNBOOKS / f"{alert}.md": text for alert, text in texts.items()},
    }


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None
