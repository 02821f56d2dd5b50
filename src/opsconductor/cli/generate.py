"""`opsconductor generate`: the committed documents, rendered from the default settings."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from opsconductor.cli.capacity_inputs import MEASURED, capacity_documents
from opsconductor.cli.errors import ExitCode
from opsconductor.cli.evidence import RESULTS, evidence_documents
from opsconductor.settings import PROJECT_ROOT, Settings, example
from opsconductor.stack.slo_files import read_slos

GENERATED = PROJECT_ROOT / "generated"
PAGES = PROJECT_ROOT / "docs/lint"
EXAMPLE = PROJECT_ROOT / "opsconductor.toml.example"


def generate(
    check: Annotated[  # noqa: FBT002  a flag
        bool, typer.Option("--check", help="Write nothing; exit 1 if a file is not up to date.")
    ] = False,
) -> None:
    """Write generated/, docs/lint, docs/evidence, docs/capacity.md and the settings' example."""
    wanted = _wanted()
    stale = {path: text for path, text in wanted.items() if _read(path) != text}
    surplus = [
        path
        for folder in (GENERATED, PAGES)
        for path in folder.rglob("*")
        if path.is_file() and path not in wanted and not _measured(path)
    ]
    changed = sorted((*stale, *surplus))
    for path in changed:
        typer.echo(f"{'differs' if check else 'wrote' if path in stale else 'removed'}: {path}")
    if check:
        _verdict(changed)
        return
    for path, text in stale.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for path in surplus:
        path.unlink()
    typer.echo(f"{len(wanted)} files are up to date")


def _verdict(changed: list[Path]) -> None:
    if changed:
        typer.echo("generated files are not up to date; run 'make generate' and commit them")
        raise typer.Exit(ExitCode.FAILED)
    typer.echo("generated files are up to date")


def _wanted() -> Mapping[Path, str]:
    # Imported here: the dashboards' library is the heaviest of all, and only this command needs it.
    from opsconductor.monitoring import documents  # noqa: PLC0415
    from opsconductor.monitoring.lint.kinds import KINDS  # noqa: PLC0415  the parser comes along
    from opsconductor.monitoring.lint.pages import pages  # noqa: PLC0415

    defaults = Settings()
    made = documents(defaults, read_slos(defaults.alerting.slo_dir))
    return {
        **{GENERATED / name: text for name, text in made.items()},
        **{PROJECT_ROOT / name: text for name, text in pages(KINDS).items()},
        EXAMPLE: example(),
        **evidence_documents(),
        **capacity_documents(),
    }


def _measured(path: Path) -> bool:
    """Whether the file is what was measured, from which others are rendered."""
    return path == MEASURED or RESULTS in path.parents


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None
