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


def start(settings: Settings) -> None:
    """Serve the tool API. Raises early where the service could not work at all."""
    try:
        create_file(parse_url(settings.database_url))
        load(settings.automation.tools_dir.expanduser().absolute(), settings.state)
    except OSError as error:
        raise StateFolderError(f"the state folder cannot be used: {error}") from None
    ports = (settings.automation.port, settings.automation.internal_port)
    serve(create_app(settings), settings.host, ports)


if __name__ == "__main__":
    unusable = (DatabaseUrlError, CatalogueError)
    sys.exit(run(AUTOMATION, start, bad_settings=unusable, cannot_start=(StateFolderError,)))
