"""Tables and figures as the evidence writes them in Markdown."""

import re
from collections.abc import Iterable, Sequence
from textwrap import fill

from opsconductor.objectives import DAY, HOUR, MINUTE

NONE = "–"  # noqa: RUF001  a dash where a figure would be
NO_BREAK = "\u00a0"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the first column and any headed with a leading `<` stand left, the others right.

    What stands right is a figure with its unit, which no line break may part.
    """
    marks = ["---" if n == 0 or name.startswith("<") else "--:" for n, name in enumerate(head)]
    whole = (
        [
            cell.replace(" ", NO_BREAK) if mark == "--:" else cell
            for cell, mark in zip(row, marks, strict=True)
        ]
        for row in rows
    )
    lines = [[name.removeprefix("<") for name in head], marks, *whole]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def prose(text: str) -> str:
    """Plain paragraphs and list items between empty lines, wrapped."""
    return "\n\n".join(map(_wrapped, text.strip().split("\n\n"))) + "\n"


def _wrapped(said: str) -> str:
    words, indent = " ".join(said.split()), "  " if said.startswith("- ") else ""
    lines = fill(
        words, 100, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
    # A number that ends a sentence must not begin a list where a line happens to break.
    return re.sub(r"(?<=\n)(\s*\d+)([.)])(?=\s)", r"\1\\\2", lines)


def percent(share: float | None, decimals: int = 0) -> str:
    """A share as `76 %`."""
    return NONE if share is None else f"{100 * share:.{decimals}f} %"


def time(seconds: float | None) -> str:
    """A duration in the unit that a person would say it in."""
    if seconds is None:
        return NONE
    for size, unit in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} s"
