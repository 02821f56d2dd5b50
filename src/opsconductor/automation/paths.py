"""Which files a tool may touch."""

import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from opsconductor.automation.outcome import Scalar, ToolFailure
from opsconductor.automation.tool import Tool
from opsconductor.contract import Reason

_FILE_TYPES = {"file": stat.S_ISREG, "directory": stat.S_ISDIR}


def confine(tool: Tool, arguments: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """The arguments with every path resolved, symbolic links included.

    Raises `ToolFailure` with the reason `denied` for a path outside the tool's allowed roots,
    inside a denied one, or of the wrong file type. A path that does not exist is left to the tool.
    """
    confined = dict(arguments)
    for parameter in tool.parameters:
        given = arguments.get(parameter.name)
        if parameter.format != "path" or not isinstance(given, str):
            continue
        resolved = _resolve(given)
        if tool.allowed_roots and not _inside(resolved, tool.allowed_roots):
            raise ToolFailure(
                Reason.DENIED,
                f"{given} is outside what {tool.name} may read: {', '.join(tool.allowed_roots)}",
            )
        if _inside(resolved, tool.denied_roots):
            raise ToolFailure(Reason.DENIED, f"{tool.name} may not read {given}")
        _check_type(given, resolved, parameter.file_type)
        confined[parameter.name] = str(resolved)
    return confined


def _resolve(given: str) -> Path:
    try:
        return Path(given).resolve()
    except (OSError, RuntimeError):
        raise ToolFailure(
            Reason.DENIED, f"{given} cannot be resolved: a loop of symbolic links or too long"
        ) from None


def _inside(path: Path, roots: Iterable[str]) -> bool:
    return any(path.is_relative_to(Path(root).resolve()) for root in roots)


def _check_type(given: str, resolved: Path, wanted: str | None) -> None:
    if wanted is None:
        return
    try:
        mode = resolved.stat().st_mode
    except OSError:
        return
    if not _FILE_TYPES[wanted](mode):
        shown = "a regular file" if wanted == "file" else "a directory"
        raise ToolFailure(Reason.DENIED, f"{given} is not {shown}")
