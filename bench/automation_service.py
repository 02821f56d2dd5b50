"""automation-service for a benchmark: `python -m bench.automation_service FOLDER PORT KIND`."""

import sys
from pathlib import Path

from bench.silent_telemetry import SilentTelemetry
from opsconductor import telemetry
from opsconductor.automation.app import create_app
from opsconductor.contract import AUTOMATION, EXPOSED
from opsconductor.serving import serve
from opsconductor.settings import Settings

KINDS = ("instrumented", "plain")


def main(folder: str, port: str, kind: str) -> None:
    """Serve the tool API from a state folder of its own, with or without instruments."""
    telemetry.configure(AUTOMATION, "warning")
    settings = Settings(state_dir=Path(folder))
    settings.state.mkdir(parents=True, exist_ok=True)
    instruments = SilentTelemetry(EXPOSED[AUTOMATION]) if kind == "plain" else None
    serve(create_app(settings, instruments), "127.0.0.1", (int(port),))


if __name__ == "__main__":
    main(*sys.argv[1:])
