"""Checks what a caller passes to a tool before anything runs."""

import math
import re
from collections.abc import Iterator, Mapping

from opsconductor.automation.command import Exec
from opsconductor.automation.formats import (
    NUMBER_FORMATS,
    TEXT_FORMATS,
    duration,
    forbidden_character,
)
from opsconductor.automation.outcome import Scalar
from opsconductor.automation.tool import Parameter, Tool
from opsconductor.telemetry import redact_text

LONGEST_TEXT = 4096
"""Characters of a string whose parameter sets no `max_value`."""
_SHOWN = 60
_KINDS = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "duration": "a duration such as 30s, 5m or 1h30m, or a number of seconds",
}


class ParameterError(ValueError):
    """The parameters cannot be used; `problems` holds one line for each fault."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class _UnfitError(ValueError):
    """One value cannot be used."""


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
            values[parameter.name] = _default(parameter)
            if parameter.required:
                problems.append(f"{parameter.name} is required: {parameter.description}")
            continue
        try:
            values[parameter.name] = _checked(
                parameter, given, as_argument=parameter.name in as_arguments
            )
        except _UnfitError as unfit:
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


def _default(parameter: Parameter) -> Scalar:
    if parameter.type == "duration" and isinstance(parameter.default, str):
        return duration(parameter.default)
    return parameter.default


def _checked(parameter: Parameter, given: object, *, as_argument: bool) -> Scalar:
    value = _typed(parameter, given)
    if isinstance(value, str):
        _check_text(parameter, value)
    elif not isinstance(value, bool):
        _check_number(parameter, value)
    if parameter.enum and value not in parameter.enum:
        raise _UnfitError(f"must be one of {', '.join(str(choice) for choice in parameter.enum)}")
    if as_argument and str(value).startswith("-"):
        raise _UnfitError("must not begin with '-', which would make it an option")
    return value


def _typed(parameter: Parameter, given: object) -> str | int | float | bool:
    match parameter.type, given:
        case "boolean", bool():
            return given
        case _, bool():
            pass
        case "string", str():
            return given
        case (("integer" | "number" | "duration"), int()):
            return given
        case "integer", float() if given.is_integer():
            return int(given)
        case (("number" | "duration"), float()) if math.isfinite(given):
            return given
        case "duration", str():
            seconds = duration(given.strip())
            if seconds is not None and math.isfinite(seconds):
                return seconds
        case _:
            pass
    raise _UnfitError(f"must be {_KINDS[parameter.type]}")


def _check_text(parameter: Parameter, text: str) -> None:
    character = forbidden_character(text, multiline=parameter.multiline)
    if character:
        raise _UnfitError(f"must not hold a line break or control character ({character})")
    longest = LONGEST_TEXT if parameter.max_value is None else parameter.max_value
    shortest = 1 if parameter.min_value is None else parameter.min_value
    if not text.strip():
        raise _UnfitError("must not be blank")
    if len(text) > longest:
        raise _UnfitError(f"must have at most {longest:g} characters")
    if len(text) < shortest:
        raise _UnfitError(f"must have at least {shortest:g} characters")
    complaint = TEXT_FORMATS.get(parameter.format or "text", TEXT_FORMATS["text"])(text)
    if complaint:
        raise _UnfitError(complaint)
    if parameter.pattern and not re.fullmatch(parameter.pattern, text):
        raise _UnfitError(f"must match {parameter.pattern}")


def _check_number(parameter: Parameter, number: float) -> None:
    if parameter.format and parameter.format in NUMBER_FORMATS:
        complaint = NUMBER_FORMATS[parameter.format](number)
        if complaint:
            raise _UnfitError(complaint)
    if parameter.min_value is not None and number < parameter.min_value:
        raise _UnfitError(f"must be at least {parameter.min_value:g}")
    if parameter.max_value is not None and number > parameter.max_value:
        raise _UnfitError(f"must be at most {parameter.max_value:g}")


def _excerpt(given: object) -> str:
    shown = redact_text(ascii(given))
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
