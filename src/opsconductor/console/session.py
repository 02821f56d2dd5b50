"""The logged-in principal in the signed session cookie."""

from starlette.requests import HTTPConnection

from opsconductor.console.login import LoginBackend

LIFETIME_SECONDS = 12 * 3600
_USER, _STAMP = "user", "stamp"


def begin(connection: HTTPConnection, backend: LoginBackend, principal: str) -> None:
    """Start a session of the principal in place of whatever was there."""
    connection.session.clear()
    connection.session.update({_USER: principal, _STAMP: backend.stamp(principal)})


def end(connection: HTTPConnection) -> None:
    """Log out."""
    connection.session.clear()


def principal_of(connection: HTTPConnection, backend: LoginBackend) -> str | None:
    """The principal of a session that is still good, or None."""
    principal = connection.session.get(_USER)
    if not isinstance(principal, str):
        return None
    stamp = backend.stamp(principal)
    return principal if stamp is not None and stamp == connection.session.get(_STAMP) else None
