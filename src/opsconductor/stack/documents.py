"""Write the monitoring's documents, of the user's settings, where the programs read them.

Rendering takes the rules' rooms and a PromQL parser, several megabytes that whoever supervises the
system would carry for its whole life. So it happens in a process of its own, which reads the same
settings as every other: `python -m opsconductor.stack.documents`.
"""

import os
import subprocess
import sys
from pathlib import Path

from opsconductor.settings import Settings, SettingsError, load
from opsconductor.stack.run_folder import StateFolderError
from opsconductor.stack.slo_files import read_slos
from opsconductor.stack.spec import config_folder

DASHBOARDS = "grafana/dashboards"
PRIVATE = 0o600
"""Alertmanager's document holds the receivers' credentials."""
BAD_SETTINGS, CANNOT_WRITE = 2, 1


def render_documents() -> None:
    """Render `<state>/config/` from the settings of the environment.

    Raises `SettingsError` for settings and objectives that make no rules, and `StateFolderError`
    where the files cannot be written.
    """
    command = (sys.executable, "-m", "opsconductor.stack.documents")
    done = subprocess.run(  # noqa: S603  our own module, no shell
        command, capture_output=True, text=True, check=False
    )
    said = done.stderr.strip()
    if done.returncode == BAD_SETTINGS:
        raise SettingsError(said)
    if done.returncode:
        raise StateFolderError(f"the monitoring's documents cannot be written: {said}")


def write_documents(settings: Settings) -> None:
    """Render `<state>/config/`, each file replaced as a whole.

    Raises `SettingsError` for settings and objectives that make no rules, and `OSError`.
    """
    from opsconductor.monitoring import documents  # noqa: PLC0415  only where they are rendered

    slo_texts, folder = read_slos(settings.alerting.slo_dir), config_folder(settings)
    texts = documents(settings, slo_texts, keep_lists=False)
    for name, text in texts.items():
        write_private(folder / name, text)
    # A dashboard of another version would be played beside those of this one.
    for path in (folder / DASHBOARDS).glob("*.json"):
        if str(path.relative_to(folder)) not in texts:
            path.unlink()


def write_private(path: Path, text: str) -> None:
    """Replace a file that only its owner may read."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    partial.replace(path)


def main() -> int:
    """Write the documents; the exit code says whose fault it is where that fails."""
    try:
        write_documents(load())
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return BAD_SETTINGS
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return CANNOT_WRITE
    return 0


if __name__ == "__main__":
    sys.exit(main())
