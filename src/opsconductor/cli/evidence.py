"""`opsconductor evidence`: measure what docs/evidence is rendered from."""

import asyncio
import signal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypeVar

import typer
from pydantic import BaseModel, ValidationError

from opsconductor.monitoring.evidence.errors import StaleResultsError
from opsconductor.objectives import DAY
from opsconductor.settings import PROJECT_ROOT, load

RESULTS: Final = PROJECT_ROOT / "generated/evidence"
FIGURES_FILE: Final = RESULTS / "figures.json"
LIBRARY_FILE: Final = RESULTS / "incidents.json"
DOCUMENTS: Final = PROJECT_ROOT / "docs/evidence"

CHECKED_UP_TO: Final = DAY
"""A real Prometheus is asked about incidents that last no longer, for its sake and for ours."""


def evidence() -> None:
    """Measure the evidence on burn-rate alerting anew, with a real Prometheus; a few minutes."""
    # Imported here, as below: no other command needs any of it.
    from opsconductor.monitoring.evidence.figures import FIGURES  # noqa: PLC0415
    from opsconductor.monitoring.evidence.incidents import INCIDENTS  # noqa: PLC0415
    from opsconductor.monitoring.evidence.judging import judged  # noqa: PLC0415
    from opsconductor.monitoring.evidence.results import Library, library_inputs  # noqa: PLC0415
    from opsconductor.proof import evidence_figures, evidence_incidents  # noqa: PLC0415
    from opsconductor.stack.programs import locate  # noqa: PLC0415

    programs = locate(load(), typer.echo)
    # As with Ctrl-C, so that no Prometheus of ours outlives us.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with TemporaryDirectory(prefix="opsconductor-evidence-") as name:
        folder = Path(name)
        typer.echo(f"{len(FIGURES)} figures: by simulation, and backfilled into Prometheus")
        figures = asyncio.run(evidence_figures.measure(programs, FIGURES, folder))
        typer.echo(f"{len(INCIDENTS)} incidents: by simulation")
        found = {one.key: judged(one) for one in INCIDENTS}
        short = [one for one in INCIDENTS if one.end <= CHECKED_UP_TO]
        typer.echo(f"{len(short)} of them: every expression on Prometheus")
        checked = asyncio.run(evidence_incidents.check(programs, short, folder))
    library = Library(inputs=library_inputs(), checked=checked, incidents=found)
    for path, results in ((FIGURES_FILE, figures), (LIBRARY_FILE, library)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(results.model_dump_json(indent=1) + "\n", encoding="utf-8")
        typer.echo(f"wrote: {path}")
    typer.echo("now run 'opsconductor generate' and commit what changed")


def evidence_documents() -> dict[Path, str]:
    """The evidence's documents by path, from the committed results. Raises `StaleResultsError`."""
    from opsconductor.monitoring.evidence.page import documents  # noqa: PLC0415
    from opsconductor.monitoring.evidence.results import Figures, Library  # noqa: PLC0415

    texts = documents(_read(FIGURES_FILE, Figures), _read(LIBRARY_FILE, Library))
    return {DOCUMENTS / name: text for name, text in texts.items()}


_Model = TypeVar("_Model", bound=BaseModel)


def _read(path: Path, model: type[_Model]) -> _Model:
    try:
        return model.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        what = error.errors()[0]["msg"] if isinstance(error, ValidationError) else error.strerror
        raise StaleResultsError(
            f"{path}: {what}; run 'opsconductor evidence' and commit generated/evidence"
        ) from None
