"""The secret that signs sessions and login links, kept in the state folder."""

import os
import secrets
from pathlib import Path

from opsconductor.settings import Settings, SettingsError

_BYTES = 32


def secret_path(settings: Settings) -> Path:
    """Where the secret is kept; deleting the file ends every session."""
    return settings.state / "secrets" / "console"


def signing_secret(settings: Settings) -> str:
    """The secret, made at first use. Raises `SettingsError` where the file cannot be used.

    Two processes may ask at once: each writes a file of its own and links it into place, so that
    one wins and both read the same, whole secret.
    """
    path = secret_path(settings)
    try:
        if not path.exists():
            _create(path)
        text = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"cannot keep the console's secret in {path}: {error}; make the folder writable or "
            "choose another state_dir"
        ) from None
    if len(text) < _BYTES:
        raise SettingsError(f"the console's secret in {path} is too short; delete the file")
    return text


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    own = path.with_name(f".console-{os.getpid()}-{secrets.token_hex(4)}")
    descriptor = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(own, path)
        except FileExistsError:
            return
    finally:
        own.unlink()
