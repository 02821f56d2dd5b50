"""Who may log in: the login back end, and the link that logs in once.

Free of any web framework, so that the command line can make a link cheaply.
"""

import contextlib
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from typing import Protocol

from itsdangerous import BadData, URLSafeTimedSerializer

from opsconductor.console.secret import secret_path, signing_secret
from opsconductor.settings import Settings, SettingsError

DEFAULT_PASSWORD = "opsconductor"  # noqa: S105  the documented development default
LINK_SECONDS = 600
"""How long a link waits for its one use."""
_SALT = "login-once"


class LoginBackend(Protocol):
    """Decides who may log in. A directory or an identity provider takes this place."""

    def verify(self, username: str, password: str) -> str | None:
        """The principal with these credentials, or None."""

    def stamp(self, principal: str) -> str | None:
        """A value kept in the session; when it changes, the principal's sessions end.

        None for somebody who may no longer log in.
        """


class SettingsBackend:
    """The one name and password of the settings."""

    def __init__(self, settings: Settings) -> None:
        self._username = settings.console.username
        self._password = settings.console.password.get_secret_value()
        self._key = signing_secret(settings).encode()

    def verify(self, username: str, password: str) -> str | None:
        """The settings' user, compared in a time that tells nothing about either value."""
        name_fits = hmac.compare_digest(username.encode(), self._username.encode())
        password_fits = hmac.compare_digest(password.encode(), self._password.encode())
        return self._username if name_fits & password_fits else None

    def stamp(self, principal: str) -> str | None:
        """A keyed digest of name and password: a new password ends the old sessions."""
        if principal != self._username:
            return None
        text = f"{self._username}\0{self._password}".encode()
        return hmac.new(self._key, text, hashlib.sha256).hexdigest()[:32]


def refuse_default_password(settings: Settings) -> None:
    """Raise `SettingsError` where a production console would open with the known password."""
    password = settings.console.password.get_secret_value()
    if settings.environment == "production" and password in {"", DEFAULT_PASSWORD}:
        raise SettingsError(
            "in production the console does not start with the default password; set "
            "console.password in the settings file or OPSCONDUCTOR_CONSOLE_PASSWORD"
        )


def once_link(settings: Settings) -> str:
    """An address that logs in whoever opens it first, within `LINK_SECONDS`."""
    token = _serializer(settings).dumps(secrets.token_hex(16))
    return f"{settings.url(settings.console.port)}/login/once?token={token}"


class OnceLinks:
    """Takes each link once. A used one is remembered on disk until it would have expired."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.time) -> None:
        self._serializer = _serializer(settings)
        self._used = secret_path(settings).with_name("console-used-links")
        self._clock = clock

    def redeem(self, token: str) -> bool:
        """Whether the token is genuine, young enough and unused; it is used up by this call."""
        try:
            nonce = self._serializer.loads(token, max_age=LINK_SECONDS)
        except BadData:
            return False
        self._used.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._forget_expired()
        mark = self._used / hashlib.sha256(str(nonce).encode()).hexdigest()
        try:
            mark.touch(mode=0o600, exist_ok=False)
        except FileExistsError:
            return False
        return True

    def _forget_expired(self) -> None:
        for mark in self._used.iterdir():
            with contextlib.suppress(FileNotFoundError):  # another process was faster
                if self._clock() - mark.stat().st_mtime > 2 * LINK_SECONDS:
                    mark.unlink()


def _serializer(settings: Settings) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(signing_secret(settings), salt=_SALT)
