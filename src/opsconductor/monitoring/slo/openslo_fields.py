"""What the fields of OpenSLO's objects are made of: names, durations, metadata."""

import math
import re
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


_NAME = re.compile(r"[a-zA-Z0-9](?:[a-zA-Z0-9.|/\\-]{0,253}[a-zA-Z0-9])?")
"""What the specification encourages, and capitals: its own examples have them in names."""
_KEY = re.compile(r"[a-zA-Z0-9](?:[a-zA-Z0-9._-]{0,61}[a-zA-Z0-9])?")
_DNS_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_PREFIX = re.compile(rf"(?=.{{1,253}}$){_DNS_LABEL}(?:\.{_DNS_LABEL})*")


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ValueError(
            f"{text!r} is no name: up to 255 letters, digits and - . | / \\ , "
            "a letter or digit first and last"
        )
    return text


def _label_key(text: str) -> str:
    if not _KEY.fullmatch(text):
        raise ValueError(
            f"{text!r} is no key: up to 63 letters, digits and - _ . , "
            "a letter or digit first and last"
        )
    return text


def _annotation_key(text: str) -> str:
    """`name` or `prefix/name`, the prefix a DNS subdomain."""
    prefix, slash, name = text.rpartition("/")
    if slash and not _PREFIX.fullmatch(prefix):
        raise ValueError(f"{text!r}: what stands before the / is no DNS name such as example.com")
    _label_key(name)
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
    if set(text) & set('{}"\n'):
        raise ValueError(f"{text!r}: braces, quotes and line breaks do not fit a label value")
    return text


Name = Annotated[str, AfterValidator(_name)]
LabelKey = Annotated[str, AfterValidator(_label_key)]
AnnotationKey = Annotated[str, AfterValidator(_annotation_key)]
Text = Annotated[str, StringConstraints(min_length=1)]
Description = Annotated[str, StringConstraints(max_length=MAX_DESCRIPTION)]
Duration = Annotated[Shorthand, BeforeValidator(as_duration)]
Slice = Annotated[Shorthand, BeforeValidator(_slice)]
Op = Literal["lte", "gte", "lt", "gt"]


class Metadata(Strict):
    """How an object is called. A label's value is a text or a list of texts."""

    name: Name
    display_name: str | None = None
    labels: Mapping[LabelKey, str | list[str]] = {}
    annotations: Mapping[AnnotationKey, str] = {}
