"""`python -m opsconductor.automation`: serves the tool API until SIGTERM."""

import sys

from opsconductor import telemetry
from opsconductor.automation.app import create_app
from opsconductor.automation.catalogue import CatalogueError, load
from opsconductor.automation.store.engine import DatabaseUrlError, create_file, parse_url
from opsconductor.contract import AUTOMATION
from opsconductor.serving import serve
from opsconductor.serving.server import PortTakenError
from opsconductor.settings import Settings, SettingsError
from opsconductor.settings import load as load_settings


def main() -> int:
    """Serve; the exit code is 2 for settings that cannot be used, 1 for a place that cannot."""
    try:
        settings = load_settings()
        _check(settings)
    except (SettingsError, DatabaseUrlError, CatalogueError) as error:
        print(error, file=sys.stderr)  # noqa: T201  before there is a log
        return 2
    except OSError as error:
        print(f"the state folder cannot be used: {error}", file=sys.stderr)  # noqa: T201  as above
        return 1
    telemetry.configure(AUTOMATION, settings.logging.level)
    ports = (settings.automation.port, settings.automation.internal_port)
    try:
        serve(create_app(settings), settings.host, ports)
    except PortTakenError as error:
        print(error, file=sys.stderr)  # noqa: T201  the one line that a person looks for
        return 1
    return 0


def _check(settings: Settings) -> None:
    """Fail early and clearly where the service could not work at all."""
    create_file(parse_url(settings.database_url))
    load(settings.automation.tools_dir.expanduser().absolute(), settings.state)


if __name__ == "__main__":
    sys.exit(main())
