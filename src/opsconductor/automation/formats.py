"""What a value must look like to name a host, an address, a path and so on."""

import ipaddress
import re
import unicodedata
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

_LABEL = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)", re.ASCII)
_SERVICE = re.compile(r"[A-Za-z0-9][A-Za-z0-9:_.@\\-]{0,254}", re.ASCII)
_DURATION = re.compile(r"(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+", re.ASCII)
_DURATION_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)", re.ASCII)
_UNIT_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_LONGEST_NAME = 253
"""Of a host name in text form, RFC 1035 section 2.3.4."""
_LARGEST_PORT = 65_535
_LINE_BREAKS = {"\u2028", "\u2029"}


def forbidden_character(text: str, *, multiline: bool) -> str | None:
    """The name of the first character that no parameter may hold, or None.

    Control characters, line breaks and halves of surrogate pairs are such; with `multiline` tabs
    and line feeds are not.
    """
    for character in text:
        if multiline and character in "\n\t":
            continue
        if unicodedata.category(character) in {"Cc", "Cs"} or character in _LINE_BREAKS:
            return f"U+{ord(character):04X}"
    return None


def duration(text: str) -> float | None:
    """Seconds of "500ms", "30s", "5m", "1h30m" or "2d"; None for anything else."""
    if not _DURATION.fullmatch(text):
        return None
    return sum(float(number) * _UNIT_SECONDS[unit] for number, unit in _DURATION_PART.findall(text))


def _host(text: str) -> str | None:
    if _is_address(text) or _is_name(text):
        return None
    return "must be a host name or an IP address"


def _domain(text: str) -> str | None:
    return None if _is_name(text) else "must be a domain name such as example.org"


def _is_name(text: str) -> bool:
    name = text.removesuffix(".")
    labels = name.split(".")
    numeric = all(label.isdigit() for label in labels)
    return (
        0 < len(name) <= _LONGEST_NAME
        and not numeric
        and all(_LABEL.fullmatch(label) for label in labels)
    )


def _is_address(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return not getattr(address, "scope_id", None)


def _url(text: str) -> str | None:
    shape = "must be an address such as https://example.org/health"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return shape
    if parts.scheme not in {"http", "https"} or not parts.hostname or " " in text or port == 0:
        return shape
    if parts.username is not None or parts.password is not None:
        return "must not hold a name or password"
    return None if _host(parts.hostname) is None else shape


def _path(text: str) -> str | None:
    return None if text.startswith("/") else "must be an absolute path such as /var/log/syslog"


def _service(text: str) -> str | None:
    return None if _SERVICE.fullmatch(text) else "must be a service name such as nginx"


def _any(_text: str) -> str | None:
    return None


TEXT_FORMATS: Mapping[str, Callable[[str], str | None]] = {
    "host": _host,
    "domain": _domain,
    "url": _url,
    "path": _path,
    "service": _service,
    "text": _any,
    "choice": _any,
}
"""For each format of a string: what is wrong with a text, or None."""


def _port(number: float) -> str | None:
    return None if 1 <= number <= _LARGEST_PORT else "must be a port from 1 to 65535"


def _count(number: float) -> str | None:
    return None if number >= 0 else "must not be negative"


NUMBER_FORMATS: Mapping[str, Callable[[float], str | None]] = {"port": _port, "count": _count}
"""For each format of a number: what is wrong with it, or None."""
