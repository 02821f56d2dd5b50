"""What a capacity plan starts from: the measured figures, and how this system is configured."""

from pathlib import Path
from typing import Final

from pydantic import ValidationError

from opsconductor.monitoring.capacity.error import MeasurementsError
from opsconductor.monitoring.capacity.measurements import Measurements
from opsconductor.settings import PROJECT_ROOT, Settings, SettingsError

MEASURED: Final = PROJECT_ROOT / "generated/capacity/storage.json"
DOCUMENTS: Final = PROJECT_ROOT
"""What the documents' paths begin with."""


def measurements() -> Measurements:
    """The committed figures. Raises `MeasurementsError`."""
    try:
        return Measurements.model_validate_json(MEASURED.read_bytes())
    except (OSError, ValidationError) as error:
        what = error.errors()[0]["msg"] if isinstance(error, ValidationError) else error.strerror
        raise MeasurementsError(
            f"{MEASURED}: {what}; run 'make bench-storage' and commit generated/capacity"
        ) from None


def capacity_documents() -> dict[Path, str]:
    """The page and its picture by path, from the committed figures. Raises `MeasurementsError`."""
    from opsconductor.monitoring.capacity.page import documents  # noqa: PLC0415  only if rendered

    return {DOCUMENTS / name: text for name, text in documents(measurements()).items()}


def catalogued(settings: Settings) -> int:
    """How many tools the catalogue has. Raises `SettingsError`."""
    from opsconductor.automation.catalogue import CatalogueError, load  # noqa: PLC0415  if asked

    try:
        return len(load(settings.automation.tools_dir, settings.state).tools)
    except CatalogueError as error:
        raise SettingsError(str(error)) from None


def promised(settings: Settings) -> int:
    """How many objectives our rules watch. Raises `SettingsError`."""
    # Imported here: it brings the PromQL parser along.
    from opsconductor.monitoring.slo.documents import read  # noqa: PLC0415
    from opsconductor.stack.slo_files import read_slos  # noqa: PLC0415

    return len(read(read_slos(settings.alerting.slo_dir)).of("SLO"))
