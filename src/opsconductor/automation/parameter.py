"""One parameter of a tool, and whether a value fits it."""

import math
import re
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from opsconductor.automation.command import Record
from opsconductor.automation.formats import (
    NUMBER_FORMATS,
    TEXT_FORMATS,
    duration,
    forbidden_character,
)
from opsconductor.automation.outcome import Scalar

Format = Literal[
    "host",
    "domain",
    "url",
    "port",
    "path",
    "service",
    "count",
    "text",
    "choice",
    "duration",
    "status",
]
"""What kind of thing a value names; callers use it to find the value in a sentence."""

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
_TYPE_OF_FORMAT = {
    **dict.fromkeys(("host", "domain", "url", "path", "service", "text"), "string"),
    **dict.fromkeys(("port", "count", "status"), "integer"),
}
LONGEST_TEXT = 4096
"""Characters of a string whose parameter sets no `max_value`."""
_KINDS = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "duration": "a duration such as 30s, 5m or 1h30m, or a number of seconds",
}


class UnfitError(ValueError):
    """A value does not fit its parameter; the text says what would, and repeats nothing."""


def compiled(pattern: str) -> str:
    """The pattern, which is a regular expression. Raises `ValueError`."""
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is not a regular expression: {error}") from None
    return pattern


class Parameter(Record):
    """One parameter of a tool.

    `min_value` and `max_value` bound a number, the seconds of a duration, or the length of a
    string. `pattern` must match the whole string. `file_type` is what a path must lead to if it
    exists. Only a `multiline` string may hold tabs and line breaks.
    """

    name: Identifier
    type: Literal["string", "integer", "number", "boolean", "duration"]
    required: bool = False
    default: Scalar = None
    enum: tuple[Scalar, ...] = ()
    min_value: float | None = None
    max_value: float | None = None
    pattern: str | None = None
    secret: bool = False
    description: Annotated[str, Field(min_length=1)]
    format: Format | None = None
    file_type: Literal["file", "directory"] | None = None
    multiline: bool = False

    @field_validator("pattern")
    @classmethod
    def _pattern_compiles(cls, pattern: str | None) -> str | None:
        return None if pattern is None else compiled(pattern)

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        wanted = _TYPE_OF_FORMAT.get(self.format or "")
        if wanted and self.type != wanted:
            raise ValueError(f"the format {self.format} is for the type {wanted}")
        if self.type != "string" and (self.pattern is not None or self.multiline):
            raise ValueError("pattern and multiline are for the type string")
        if self.file_type and self.format != "path":
            raise ValueError("file_type is for the format path")
        if self.required and self.default is not None:
            raise ValueError("a required parameter has no default")
        if self.secret and (self.default is not None or self.multiline):
            raise ValueError("a secret parameter has no default and one line")
        return self

    @model_validator(mode="after")
    def _values_fit(self) -> Self:
        if self.enum and self.type == "duration":
            raise ValueError("a duration has min_value and max_value, no enum")
        for value in (*self.enum, *([] if self.default is None else [self.default])):
            try:
                fit(self, value)
            except UnfitError as unfit:
                raise ValueError(f"{value!r} {unfit}") from None
        return self

    @property
    def fallback(self) -> Scalar:
        """What the tool gets where the caller gives no value."""
        return None if self.default is None else fit(self, self.default)


def fit(parameter: Parameter, given: object) -> Scalar:
    """The value as the tool gets it, a duration in seconds. Raises `UnfitError`."""
    value = _typed(parameter, given)
    if isinstance(value, str):
        _check_text(parameter, value)
    elif not isinstance(value, bool):
        _check_number(parameter, value)
    if parameter.enum and value not in parameter.enum:
        raise UnfitError(f"must be one of {', '.join(str(choice) for choice in parameter.enum)}")
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
    raise UnfitError(f"must be {_KINDS[parameter.type]}")


def _check_text(parameter: Parameter, text: str) -> None:
    character = forbidden_character(text, multiline=parameter.multiline)
    if character:
        raise UnfitError(f"must not hold a line break or control character ({character})")
    longest = LONGEST_TEXT if parameter.max_value is None else parameter.max_value
    shortest = 1 if parameter.min_value is None else parameter.min_value
    if not text.strip():
        raise UnfitError("must not be blank")
    if len(text) > longest:
        raise UnfitError(f"must have at most {longest:g} characters")
    if len(text) < shortest:
        raise UnfitError(f"must have at least {shortest:g} characters")
    complaint = TEXT_FORMATS.get(parameter.format or "text", TEXT_FORMATS["text"])(text)
    if complaint:
        raise UnfitError(complaint)
    if parameter.pattern and not re.fullmatch(parameter.pattern, text):
        raise UnfitError(f"must match {parameter.pattern}")


def _check_number(parameter: Parameter, number: float) -> None:
    if parameter.format and parameter.format in NUMBER_FORMATS:
        complaint = NUMBER_FORMATS[parameter.format](number)
        if complaint:
            raise UnfitError(complaint)
    if parameter.min_value is not None and number < parameter.min_value:
        raise UnfitError(f"must be at least {parameter.min_value:g}")
    if parameter.max_value is not None and number > parameter.max_value:
        raise UnfitError(f"must be at most {parameter.max_value:g}")
