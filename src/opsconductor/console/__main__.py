"""`python -m opsconductor.console`: serves the console and the inbox."""

import sys

from opsconductor import settings as configuration
from opsconductor import telemetry
from opsconductor.console.app import LOOPBACK, create_app
from opsconductor.inbox.store import InboxStoreError
from opsconductor.serving import serve
from opsconductor.serving.server import PortTakenError, bind
from opsconductor.settings import SettingsError

BAD_SETTINGS = 2
CANNOT_START = 1


def main() -> int:
    """Serve until SIGTERM; 1 where a port or the state folder is not to be had, 2 for settings."""
    try:
        settings = configuration.load()
        telemetry.configure("console", settings.logging.level)
        smtp_socket = bind(LOOPBACK, settings.inbox.smtp_port)
        with smtp_socket:
            app = create_app(settings, smtp_socket=smtp_socket)
            serve(app, settings.host, [settings.console.port])
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return BAD_SETTINGS
    except (PortTakenError, InboxStoreError) as error:
        sys.stderr.write(f"{error}\n")
        return CANNOT_START
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
