"""Cuts an expression that cannot be parsed yet, for it still has variables, into what is where.

Only what PromQL's lexer decides is decided here: comments, strings, and whether a string is the
value of a label matcher. Everything else is left to the parser.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto


class Place(Enum):
    """Where a stretch of an expression stands."""

    CODE = auto()
    STRING = auto()
    MATCHER = auto()
    COMMENT = auto()


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of an expression.

    In a MATCHER `text` runs from the operator to the closing quote: `head` is the part before the
    opening quote, `value` the one between the quotes as it is written.
    """

    place: Place
    text: str
    operator: str = ""
    head: str = ""
    quote: str = ""
    value: str = ""


_PIECE = re.compile(
    r"(?P<comment>#[^\n]*)"
    r"|(?P<string>\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`[^`]*`)"
    r"|(?P<operator>=~|!~|!=|==|=)"
    r"|(?P<space>\s+)"
)


def spans(text: str, reference: re.Pattern[str]) -> Iterator[Span]:
    """The whole expression in stretches; joined, their texts are the expression.

    A reference to a variable is never cut: its braces and brackets are its own. An unended string
    is code, which the parser then refuses.
    """
    plain: list[str] = []
    depth, at = 0, 0
    while at < len(text):
        variable = reference.match(text, at)
        piece = None if variable else _PIECE.match(text, at)
        if piece is None:
            step = variable.group() if variable else text[at]
            depth += (step == "{") - (step == "}")
            plain.append(step)
            at += len(step)
            continue
        matcher = _matcher(text, at) if depth and piece["operator"] else None
        span = matcher or _other(piece)
        if span is None:
            plain.append(piece.group())
            at = piece.end()
            continue
        if plain:
            yield Span(Place.CODE, "".join(plain))
            plain.clear()
        yield span
        at += len(span.text)
    if plain:
        yield Span(Place.CODE, "".join(plain))


def _other(piece: re.Match[str]) -> Span | None:
    if piece["comment"]:
        return Span(Place.COMMENT, piece.group())
    return Span(Place.STRING, piece.group()) if piece["string"] else None


def _matcher(text: str, at: int) -> Span | None:
    """The operator at `at` with the string behind it, where there is one."""
    operator = _PIECE.match(text, at)
    if operator is None or operator["operator"] == "==":
        return None
    end = operator.end()
    while (between := _PIECE.match(text, end)) and (between["space"] or between["comment"]):
        end = between.end()
    if between is None or not between["string"]:
        return None
    string = between.group()
    return Span(
        Place.MATCHER,
        text[at : between.end()],
        operator=operator.group(),
        head=text[at:end],
        quote=string[0],
        value=string[1:-1],
    )
