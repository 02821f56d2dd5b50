"""Run an ASGI application on one or more ports until it is told to stop."""

import signal
import socket
import sys
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from types import FrameType
from typing import NoReturn

import uvicorn
from starlette.types import ASGIApp

GRACEFUL_SECONDS = 5
"""How long requests in flight may go on after SIGTERM."""
KEEP_ALIVE_SECONDS = 75
"""How long an idle connection stays open; nginx has the same default.

It must outlast what clients keep: httpx gives an idle connection up after 5 s. Where a server does
so at the same time, who asks every 5 s writes now and then into a connection that is closing.
"""


class PortTakenError(OSError):
    """A port cannot be bound; the text names it."""


def bind(host: str, port: int) -> socket.socket:
    """A socket bound to the port. Raises `PortTakenError`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise PortTakenError(f"cannot listen on {host}:{port}: {error.strerror}") from None
    return bound


def serve(app: ASGIApp, host: str, ports: Sequence[int]) -> None:
    """Serve `app` on every port until SIGTERM or SIGINT, then finish what is in flight.

    A signal ends the process with exit code 0. Raises `PortTakenError`.
    """
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
    )
    with ExitStack() as held:
        sockets = [held.enter_context(bind(host, port)) for port in ports]
        if threading.current_thread() is threading.main_thread():
            # uvicorn raises the signal again after a clean stop; by default that would kill us.
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, _exit)
        uvicorn.Server(config).run(sockets=sockets)


def _exit(_number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(0)
