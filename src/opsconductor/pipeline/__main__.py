"""`python -m opsconductor.pipeline`: serves the pipeline until SIGTERM."""

import sys

from opsconductor import telemetry
from opsconductor.contract import PIPELINE
from opsconductor.pipeline.app import create_app
from opsconductor.serving import serve
from opsconductor.serving.server import PortTakenError
from opsconductor.settings import SettingsError, load


def main() -> int:
    """Serve; the exit code is 2 for settings that cannot be used, 1 for a taken port."""
    try:
        settings = load()
    except SettingsError as error:
        print(error, file=sys.stderr)  # noqa: T201  before there is a log
        return 2
    telemetry.configure(PIPELINE, settings.logging.level)
    try:
        serve(create_app(settings), settings.host, (settings.pipeline.port,))
    except PortTakenError as error:
        print(error, file=sys.stderr)  # noqa: T201  the one line that a person looks for
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
