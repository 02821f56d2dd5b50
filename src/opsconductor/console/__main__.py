"""`python -m opsconductor.console`: serves the console and the inbox."""

import sys

from opsconductor.console.app import LOOPBACK, create_app
from opsconductor.inbox.store import InboxStoreError
from opsconductor.serving import run, serve
from opsconductor.serving.server import bind
from opsconductor.settings import Settings


def start(settings: Settings) -> None:
    """Serve the pages, and the inbox's mail server beside them."""
    with bind(LOOPBACK, settings.inbox.smtp_port) as smtp_socket:
        app = create_app(settings, smtp_socket=smtp_socket)
        serve(app, settings.host, [settings.console.port])


if __name__ == "__main__":
    sys.exit(run("console", start, cannot_start=(InboxStoreError,)))
