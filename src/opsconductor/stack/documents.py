"""Write the monitoring documents of the user's settings where Prometheus and Alertmanager read."""

import os
from pathlib import Path

from opsconductor.settings import Settings
from opsconductor.stack.slo_files import read_slos
from opsconductor.stack.spec import config_folder

PRIVATE = 0o600
"""Alertmanager's document holds the receivers' credentials."""


def write_documents(settings: Settings) -> None:
    """Render `<state>/config/`, each file replaced as a whole.

    Raises `SettingsError` for settings and objectives that make no rules, and `OSError`.
    """
    # Imported here: only a start needs the rules, and their rooms are the larger part of memory.
    from opsconductor.monitoring import documents  # noqa: PLC0415

    slo_texts = read_slos(settings.alerting.slo_dir)
    for name, text in documents(settings, slo_texts, grafana=False).items():
        write_private(config_folder(settings) / name, text)


def write_private(path: Path, text: str) -> None:
    """Replace a file that only its owner may read."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    partial.replace(path)
