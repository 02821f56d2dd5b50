"""Run an ASGI application on one or more ports until it is told to stop."""

import socket
from collections.abc import Sequence

import uvicorn
from starlette.types import ASGIApp

GRACEFUL_SECONDS = 5
"""How long requests in flight may go on after SIGTERM."""


class PortTakenError(OSError):
    """A port cannot be bound; the text names it."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises `PortTakenError`."""
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
    """Serve `app` on every port until SIGTERM or SIGINT, then finish what is in flight."""
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
    )
    uvicorn.Server(config).run(sockets=[listen(host, port) for port in ports])
