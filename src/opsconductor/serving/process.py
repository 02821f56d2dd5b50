"""Run a service as one of the system's processes: settings, logs, and what its exit code says."""

import sys
from collections.abc import Callable

from opsconductor import telemetry
from opsconductor.serving.server import PortTakenError
from opsconductor.settings import Settings, SettingsError, load

CANNOT_START = 1
BAD_SETTINGS = 2

Errors = tuple[type[Exception], ...]


def run(
    name: str,
    start: Callable[[Settings], None],
    *,
    bad_settings: Errors = (),
    cannot_start: Errors = (),
) -> int:
    """Load the settings, send the logs to standard error, and `start` until told to stop.

    Returns the exit code: 0 after a clean stop; 2 for settings that cannot be used; 1 where a port
    or something else that it needs cannot be had. The error's text goes to standard error, without
    a traceback. `bad_settings` and `cannot_start` are errors of the service's own for those.
    """
    bad: Errors = (SettingsError, *bad_settings)
    lacking: Errors = (PortTakenError, *cannot_start)
    try:
        settings = load()
        telemetry.configure(name, settings.logging.level)
        start(settings)
    except bad as error:
        return _told(error, BAD_SETTINGS)
    except lacking as error:
        return _told(error, CANNOT_START)
    return 0


def _told(error: Exception, code: int) -> int:
    sys.stderr.write(f"{error}\n")
    return code
