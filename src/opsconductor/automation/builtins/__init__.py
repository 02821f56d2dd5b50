"""Tools that are Python functions of the service rather than programs."""

from collections.abc import Awaitable, Callable, Mapping
from importlib import import_module
from typing import cast

from opsconductor.automation.outcome import Findings, Scalar

Function = Callable[[Mapping[str, Scalar]], Awaitable[Findings]]
"""Takes the checked arguments. Raises `ToolFailure` where the tool did not succeed."""

BUILTINS: Mapping[str, str] = {
    "dns_lookup": "dns_lookup",
    "echo": "echo",
    "http_check": "http_check",
    "listening_ports": "listening_ports",
    "memory_usage": "machine",
    "tcp_check": "tcp_check",
    "tls_certificate": "tls_certificate",
    "top_processes": "top_processes",
    "uptime": "machine",
}
"""The name of each builtin and the module that holds it, imported when it is first needed."""


def builtin(name: str) -> Function:
    """The builtin of that name. Raises `KeyError`."""
    module = import_module(f"{__name__}.{BUILTINS[name]}")
    return cast("Function", getattr(module, name))
