"""`python -m opsconductor.automation`: serves the tool API until SIGTERM."""

import sys

from opsconductor.automation.app import create_app
from opsconductor.automation.catalogue import CatalogueError, load
from opsconductor.automation.store.engine import DatabaseUrlError, create_file, parse_url
from opsconductor.contract import AUTOMATION
from opsconductor.serving import run, serve
from opsconductor.settings import Settings


class StateFolderError(OSError):
    """The state folder cannot be used."""


class StartError(Exception):
    """The service did not start; the text says why."""


def start(settings: Settings) -> None:
    """Serve the tool API. Raises early where the service could not work at all."""
    try:
        create_file(parse_url(settings.database_url))
        load(settings.automation.tools_dir.expanduser().absolute(), settings.state)
    except OSError as error:
        raise StateFolderError(f"the state folder cannot be used: {error}") from None
    ports = (settings.automation.port, settings.automation.internal_port)
    app = create_app(settings)
    try:
        serve(app, settings.host, ports)
    except SystemExit:
        # The server leaves like this both at a stop by signal and after a start that failed.
        if app.state.service.failure:
            raise StartError(f"the service cannot start: {app.state.service.failure}") from None
        raise


if __name__ == "__main__":
    unusable = (DatabaseUrlError, CatalogueError)
    sys.exit(
        run(AUTOMATION, start, bad_settings=unusable, cannot_start=(StateFolderError, StartError))
    )
