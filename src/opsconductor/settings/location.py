"""Where in a TOML text a key is set."""

import tomllib

Key = tuple[str | int, ...]
"""Names of tables and settings, and positions (from 0) in arrays, from the outside in."""


def line_of(text: str, key: Key) -> int:
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


def _first_line_with(lines: list[str], key: Key) -> int | None:
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


def _holds(document: object, key: Key) -> bool:
    for part in key:
        match document:
            case dict() if part in document:
                document = document[part]
            case list() if isinstance(part, int) and part < len(document):
                document = document[part]
            case _:
                return False
    return True
