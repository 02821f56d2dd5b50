"""Where in a TOML text a key is set."""

import tomllib
from collections.abc import Mapping


def line_of(text: str, key: tuple[str, ...]) -> int:
    """The first line (from 1) of the statement that sets `key`, or its longest part that is set.

    The statement is found by reading ever longer beginnings of the text until one holds the key:
    slow, but exact for quoted and dotted keys, inline tables and values of several lines.
    """
    lines = text.splitlines()
    found = 1
    for length in range(1, len(key) + 1):
        line = _first_line_with(lines, key[:length])
        if line is None:
            break
        found = line
    return found


def _first_line_with(lines: list[str], key: tuple[str, ...]) -> int | None:
    complete = 0
    for end in range(1, len(lines) + 1):
        try:
            document = tomllib.loads("\n".join(lines[:end]))
        except tomllib.TOMLDecodeError:
            continue  # the statement goes on in the next line
        if _holds(document, key):
            return complete + 1
        complete = end
    return None


def _holds(document: object, key: tuple[str, ...]) -> bool:
    for part in key:
        if not isinstance(document, Mapping) or part not in document:
            return False
        document = document[part]
    return True
