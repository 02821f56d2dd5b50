"""`python -m opsconductor.pipeline`: serves the pipeline until SIGTERM."""

import sys

from opsconductor.contract import PIPELINE
from opsconductor.pipeline.app import create_app
from opsconductor.serving import run, serve
from opsconductor.settings import Settings


def start(settings: Settings) -> None:
    """Serve the pipeline's API."""
    serve(create_app(settings), settings.host, (settings.pipeline.port,))


if __name__ == "__main__":
    sys.exit(run(PIPELINE, start))
