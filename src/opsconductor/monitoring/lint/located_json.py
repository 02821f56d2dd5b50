"""JSON with the place of each value: read strictly, then walked once more for lines and columns."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

MAX_DEPTH = 100
"""Dashboards nest some fifteen levels deep; what nests deeper is not one."""

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_OPENING, _CLOSING = frozenset("{["), frozenset("}]")
_CONSTANTS = frozenset({"NaN", "Infinity", "-Infinity"})
_LONG_NUMBER = 4000
"""Python refuses to read an integer of more than 4300 digits."""
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class JSONTextError(ValueError):
    """The text is not JSON that can be used; `line` and `column` count from 1."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A value and where it stands: `start` and `end` are offsets into the text.

    `value` is a scalar, a `dict[str, Node]` or a `list[Node]`. `repeated` are the keys that an
    object has more than once, with the place of the repetition; the last one counts, as in Grafana.
    """

    value: Any
    start: int
    end: int
    line: int
    column: int
    repeated: tuple[tuple[str, int, int], ...] = ()

    def get(self, *path: str | int) -> "Node | None":
        """The value below, or None where there is none."""
        node: Node | None = self
        for step in path:
            if node is None:
                return None
            held = node.value
            if isinstance(step, str):
                node = held.get(step) if isinstance(held, dict) else None
            else:
                node = held[step] if isinstance(held, list) and step < len(held) else None
        return node

    def text(self, *path: str | int) -> str:
        """The string below; empty where there is none."""
        node = self.get(*path)
        return node.value if node is not None and isinstance(node.value, str) else ""

    def number(self, *path: str | int) -> float | None:
        """The finite number below; None where there is none, as `true` is none."""
        node = self.get(*path)
        held = None if node is None else node.value
        if isinstance(held, bool) or not isinstance(held, int | float):
            return None
        return held if abs(held) < float("inf") else None

    def flag(self, *path: str | int) -> bool:
        """Whether `true` stands below."""
        node = self.get(*path)
        return node is not None and node.value is True

    def items(self, *path: str | int) -> tuple["Node", ...]:
        """The members of the list below; none where there is no list."""
        node = self.get(*path)
        return tuple(node.value) if node is not None and isinstance(node.value, list) else ()

    def fields(self, *path: str | int) -> dict[str, "Node"]:
        """The members of the object below; none where there is no object."""
        node = self.get(*path)
        return dict(node.value) if node is not None and isinstance(node.value, dict) else {}

    def walk(self) -> Iterator["Node"]:
        """This value and all below it, in the order of the text."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            held = node.value
            below = held.values() if isinstance(held, dict) else held
            if isinstance(held, dict | list):
                waiting.extend(sorted(below, key=lambda child: -child.start))

    def plain(self) -> Any:
        """The value as `json` gives it."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value


def parse(text: str) -> Node:
    """The text's value with the place of each part. Raises JSONTextError.

    `json` decides what is JSON; NaN and Infinity, which it would take, are refused, as Grafana
    refuses them. Lone surrogates, which no encoding can write, become U+FFFD.
    """
    _refuse_depth(text)
    try:
        json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise JSONTextError(error.msg, error.lineno, error.colno) from error
    except ValueError as error:
        raise _out_of_range(text, str(error)) from error
    return _Builder(text).build()


def _refuse_depth(text: str) -> None:
    depth = 0
    for match in _TOKEN.finditer(text):
        depth += (match.group() in _OPENING) - (match.group() in _CLOSING)
        if depth > MAX_DEPTH:
            message = f"nested more than {MAX_DEPTH} levels deep"
            raise JSONTextError(message, *_place(text, match.start()))


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _out_of_range(text: str, message: str) -> JSONTextError:
    """The error for a constant or a number that `json` reads but that is refused."""
    for match in _TOKEN.finditer(text):
        word = match.group()
        if word in _CONSTANTS or (word[0] in "-0123456789" and len(word) > _LONG_NUMBER):
            return JSONTextError(message, *_place(text, match.start()))
    raise AssertionError(message)


def _place(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


class _Builder:
    """Makes nodes out of a text that is known to be JSON."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._line, self._line_start = 1, 0
        self._seen = 0

    def build(self) -> Node:
        open_nodes: list[_Open] = []
        for match in _TOKEN.finditer(self._text):
            word, place = match.group(), self._place(match.start())
            done: Node | None = None
            if word in _OPENING:
                open_nodes.append(_Open(word == "{", match.start(), *place))
            elif word in _CLOSING:
                done = open_nodes.pop().close(match.end())
            elif word not in ",:":
                if open_nodes and open_nodes[-1].wants_key:
                    open_nodes[-1].take_key(_scalar(word), *place)
                    continue
                done = Node(_scalar(word), match.start(), match.end(), *place)
            if done is not None and not open_nodes:
                return done
            if done is not None:
                open_nodes[-1].take(done)
        raise AssertionError("json accepted a text without a value")

    def _place(self, offset: int) -> tuple[int, int]:
        breaks = self._text.count("\n", self._seen, offset)
        if breaks:
            self._line += breaks
            self._line_start = self._text.rindex("\n", 0, offset) + 1
        self._seen = offset
        return self._line, offset - self._line_start + 1


class _Open:
    """An object or a list whose end is still to come."""

    def __init__(self, is_object: bool, start: int, line: int, column: int) -> None:  # noqa: FBT001 - of no public interface
        self._start, self._line, self._column = start, line, column
        self._fields: dict[str, Node] = {}
        self._items: list[Node] = []
        self._is_object = is_object
        self._key: str | None = None
        self._keys: set[str] = set()
        self._repeated: list[tuple[str, int, int]] = []

    @property
    def wants_key(self) -> bool:
        return self._is_object and self._key is None

    def take_key(self, key: str, line: int, column: int) -> None:
        self._key = key
        if key in self._keys:
            self._repeated.append((key, line, column))
        self._keys.add(key)

    def take(self, node: Node) -> None:
        if not self._is_object:
            self._items.append(node)
        elif self._key is not None:
            self._fields[self._key] = node
            self._key = None

    def close(self, end: int) -> Node:
        value = self._fields if self._is_object else self._items
        place = self._start, end, self._line, self._column
        return Node(value, *place, repeated=tuple(self._repeated))


def _scalar(word: str) -> Any:
    value = json.loads(word)
    return _LONE_SURROGATE.sub("\ufffd", value) if isinstance(value, str) else value
