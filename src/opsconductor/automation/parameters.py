"""Checks what a caller passes to a tool before anything runs."""

from collections.abc import Iterator, Mapping

from opsconductor.automation.command import Exec
from opsconductor.automation.outcome import Scalar
from opsconductor.automation.parameter import UnfitError, fit
from opsconductor.automation.tool import Tool
from opsconductor.telemetry import redact_text

_SHOWN = 60


class ParameterError(ValueError):
    """The parameters cannot be used; `problems` holds one line for each fault."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def check(tool: Tool, params: Mapping[str, object]) -> dict[str, Scalar]:
    """The value of every declared parameter, defaults filled in, None where it has no value.

    A duration becomes seconds. Raises `ParameterError`, which names every fault and repeats no
    secret.
    """
    values: dict[str, Scalar] = {}
    problems = list(_unknown(tool, params))
    as_arguments = set(_arguments(tool))
    for parameter in tool.parameters:
        given = params.get(parameter.name)
        if given is None:
            values[parameter.name] = parameter.fallback
            if parameter.required:
                problems.append(f"{parameter.name} is required: {parameter.description}")
            continue
        try:
            value = fit(parameter, given)
            if parameter.name in as_arguments and str(value).startswith("-"):
                raise UnfitError("must not begin with '-', which would make it an option")  # noqa: TRY301  one list of faults
            values[parameter.name] = value
        except UnfitError as unfit:
            shown = "" if parameter.secret else f", not {_excerpt(given)}"
            problems.append(f"{parameter.name} {unfit}{shown}")
    if problems:
        raise ParameterError(tuple(problems))
    return values


def _unknown(tool: Tool, params: Mapping[str, object]) -> Iterator[str]:
    known = [parameter.name for parameter in tool.parameters]
    for name in params:
        if name not in known:
            takes = f"takes {', '.join(known)}" if known else "takes none"
            yield f"unknown parameter {_excerpt(name)}; {tool.name} {takes}"


def _arguments(tool: Tool) -> Iterator[str]:
    """The parameters that a program would see as they are, and might read as an option."""
    command = tool.transports.local
    if isinstance(command, Exec):
        yield from (name for name in command.placeholders if name not in command.words)


def _excerpt(given: object) -> str:
    shown = redact_text(ascii(given))
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
