"""The folder of the objectives, read."""

from pathlib import Path

from opsconductor.settings import SettingsError

SUFFIXES = (".yaml", ".yml")
MAX_BYTES = 1_048_576
"""Somebody's dump, not an objective."""


def read_slos(folder: Path) -> dict[str, str]:
    """Every OpenSLO file of the folder, path to content. Raises `SettingsError`."""
    if not folder.is_dir():
        raise SettingsError(
            f"the folder of objectives {folder} does not exist; set alerting.slo_dir to a folder "
            "of OpenSLO files"
        )
    files = sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES)
    if not files:
        raise SettingsError(
            f"the folder of objectives {folder} holds no .yaml file; set alerting.slo_dir to a "
            "folder of OpenSLO files"
        )
    return {str(path): slo_text(path) for path in files}


def slo_text(path: Path) -> str:
    """The content of one file. Raises `SettingsError`."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SettingsError(f"{path}: larger than {MAX_BYTES} bytes, so it is no OpenSLO file")
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: not UTF-8: {error.reason} at byte {error.start}") from None
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from None
