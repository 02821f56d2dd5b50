"""`python -m opsconductor.canary`: probes the running system until SIGTERM."""

import sys

from opsconductor.canary.app import create_app
from opsconductor.serving import run, serve
from opsconductor.settings import Settings


def start(settings: Settings) -> None:
    """Probe, and serve what was seen."""
    serve(create_app(settings), "127.0.0.1", (settings.canary.port,))


if __name__ == "__main__":
    sys.exit(run("canary", start))
