"""What one word can be by its shape alone: a URL, a host, a host with a port, a path."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from opsconductor.pipeline.tokens import is_address

LARGEST_PORT = 65535
SCHEMES = ("http://", "https://")

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", re.IGNORECASE)
_TOP_LEVEL = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{1,59}", re.IGNORECASE)
_MACHINE_NAME = re.compile(
    r"[a-z][a-z_]*-?[a-z]*\d+[a-z0-9-]*|[a-z]+(?:-[a-z0-9]+)+", re.IGNORECASE
)
_WINDOWS_PATH = re.compile(r"[a-z]:[\\/]", re.IGNORECASE)
_LONGEST_NAME = 253

_ENDINGS = """
bak bin bz2 cfg conf config crt csv db deb err gz html ini iso jpg js json key lock log md out
pdf pem png ps1 py rpm service sh socket sql sqlite3 tar tgz timer toml txt xml xz yaml yml zip
"""
_FILE_ENDINGS = frozenset(_ENDINGS.split())
"""Endings of file names, so that `notes.txt` is no host; some are top-level domains as well."""


def is_url(word: str) -> bool:
    """Whether the word is an http or https URL with a host."""
    if not word.casefold().startswith(SCHEMES):
        return False
    try:
        return bool(urlsplit(word).hostname)
    except ValueError:
        return False


def is_host(word: str) -> bool:
    """Whether the word is an address, `localhost` or a domain name with at least one dot."""
    if is_address(word):
        return True
    name = word.removesuffix(".").casefold()
    if name == "localhost":
        return True
    labels = name.split(".")
    return (
        len(labels) > 1
        and len(name) <= _LONGEST_NAME
        and all(_LABEL.fullmatch(label) for label in labels)
        and _TOP_LEVEL.fullmatch(labels[-1]) is not None
        and labels[-1] not in _FILE_ENDINGS
    )


def is_machine_name(word: str) -> bool:
    """Whether the word looks like the short name of a machine: `db01`, `web-3`."""
    return _MACHINE_NAME.fullmatch(word) is not None


def host_and_port(word: str) -> tuple[str, int] | None:
    """The two parts of `example.com:443` or `[::1]:22`; None for another word."""
    host, colon, port = word.rpartition(":")
    if not colon or not (port.isascii() and port.isdigit()) or len(port) > len(str(LARGEST_PORT)):
        return None
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        return None
    return (host, int(port)) if is_host(host) or is_machine_name(host) else None


def without_scheme(word: str) -> str | None:
    """The URL that `example.com/status` or `localhost:8080/health` means; None otherwise."""
    place, slash, _ = word.partition("/")
    if not slash:
        return None
    pair = host_and_port(place)
    if pair is None and not is_host(place):
        return None
    return f"{scheme_for(*(pair or (place, None)))}://{word}"


def scheme_for(host: str, port: int | None) -> str:
    """The likely scheme: plain http for this machine, bare addresses and odd ports."""
    if port is not None:
        return "https" if port in {443, 8443} else "http"
    return "http" if is_address(host) or host == "localhost" else "https"


def url_for(host: str, port: int | None = None) -> str:
    """The URL of a host, with the port where one is given."""
    place = f"[{host}]" if _is_v6(host) else host
    scheme = scheme_for(host, port)
    return f"{scheme}://{place}" if port is None else f"{scheme}://{place}:{port}"


def host_of(url: str) -> tuple[str, int | None]:
    """The host of a URL and its port, where one is written."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = None
    return parts.hostname or "", port


def is_path(word: str) -> bool:
    """Whether the word is a path: absolute, from home, relative, Windows, or a file's name."""
    if word.startswith(("/", "~/", "./", "../")) or word == "~" or _WINDOWS_PATH.match(word):
        return True
    stem, dot, ending = word.rpartition(".")
    return bool(
        dot and stem and ending.casefold() in _FILE_ENDINGS and not word.endswith(".service")
    )


def _is_v6(host: str) -> bool:
    return is_address(host) and ip_address(host).version == 6  # noqa: PLR2004  the protocol's name
