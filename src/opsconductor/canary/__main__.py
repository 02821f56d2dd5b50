"""`python -m opsconductor.canary`: probes the running system until SIGTERM."""

import sys

from opsconductor import telemetry
from opsconductor.canary.app import create_app
from opsconductor.serving import serve
from opsconductor.serving.server import PortTakenError
from opsconductor.settings import SettingsError, load


def main() -> int:
    """Probe; the exit code is 2 for settings that cannot be used, 1 for a taken port."""
    try:
        settings = load()
    except SettingsError as error:
        print(error, file=sys.stderr)  # noqa: T201  before there is a log
        return 2
    telemetry.configure("canary", settings.logging.level)
    try:
        serve(create_app(settings), "127.0.0.1", (settings.canary.port,))
    except PortTakenError as error:
        print(error, file=sys.stderr)  # noqa: T201  the one line that a person looks for
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
