"""What the fields of OpenSLO's objects are made of: names, durations, metadata."""

import math
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
)
from pydantic.alias_generators import to_camel

from opsconductor.monitoring.slo.shorthand import Shorthand, shorthand

MAX_DESCRIPTION = 1050


class Strict(BaseModel):
    """Unknown fields are errors, values are frozen."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, alias_generator=to_camel, allow_inf_nan=False
    )


def _name(text: str) -> str:
    """RFC 1123: what every implementation has to accept, and what fits a label value."""
    allowed = set("abcdefghijklmnopqrstuvwxyz0123456789-")
    if not 1 <= len(text) <= 63 or set(text) - allowed or text[0] == "-" or text[-1] == "-":  # noqa: PLR2004  the RFC's own figure
        raise ValueError(
            f"{text!r} is no name by RFC 1123: up to 63 lower-case letters, digits and dashes, "
            "a letter or digit first and last"
        )
    return text


def as_duration(value: object) -> object:
    """A text as the duration that it spells; anything else is left for the model to refuse."""
    return shorthand(value) if isinstance(value, str) else value


def _slice(value: object) -> object:
    """A bare number counts minutes."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return as_duration(value)
    if not math.isfinite(value) or value != int(value):
        raise ValueError(f"{value} is no whole number of minutes; write it like 90m or 1m")
    return shorthand(f"{int(value)}m")


def severity_word(text: str) -> str:
    """A severity becomes a label, which Prometheus would read as a template."""
    if "{{" in text:
        raise ValueError("a severity is a plain word, not a template")
    return text


def service_name(text: str) -> str:
    """A service becomes a label and stands in sentences that are templates."""
    if set(text) & set('{}"\\\n'):
        raise ValueError(f"{text!r}: braces, quotes and line breaks do not fit a label value")
    return text


Name = Annotated[str, AfterValidator(_name)]
Text = Annotated[str, StringConstraints(min_length=1)]
Description = Annotated[str, StringConstraints(max_length=MAX_DESCRIPTION)]
Duration = Annotated[Shorthand, BeforeValidator(as_duration)]
Slice = Annotated[Shorthand, BeforeValidator(_slice)]
Op = Literal["lte", "gte", "lt", "gt"]


class Metadata(Strict):
    """How an object is called. A label's value is a text or a list of texts."""

    name: Name
    display_name: str | None = None
    labels: Mapping[str, str | list[str]] = {}
    annotations: Mapping[str, str] = {}
