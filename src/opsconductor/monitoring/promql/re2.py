"""Prometheus's regular expressions (RE2 syntax), as far as Python's `re` means the same.

A pattern beyond that subset is one of which nothing is said. RE2 matches in linear time and
Python does not, so a pattern that might take long over a value is left unanswered too.
Syntax: https://github.com/google/re2/wiki/Syntax.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

_LONGEST = 2_000
_DEEPEST = 30
_MOST_VALUES = 200
_MOST_STEPS = 10**7
_NESTED_VALUE = 16
"""Characters of a value on which nested repetition may be tried: 2^16 steps at worst."""
_CACHED = 4096

_SPECIAL = frozenset("\\.+*?()|[]{}^$")
_CLASSES = {
    "d": "[0-9]",
    "D": "[^0-9]",
    "w": "[0-9A-Za-z_]",
    "W": "[^0-9A-Za-z_]",
    "s": r"[\t\n\f\r ]",
    "S": r"[^\t\n\f\r ]",
}
_ANYWHERE = {".": ".", "^": r"\A", "$": r"\Z"}
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}
_REPEAT = re.compile(r"\{(\d+)(?:,(\d*))?\}")
_GROUP = re.compile(r"\((?:\?:|\?P<[A-Za-z_][A-Za-z0-9_]*>)?")
_MOST_REPEATS = 1000
"""RE2 refuses more."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern whose meaning is known.

    `values` are all the texts that it matches, where they are few. `repeats` counts the unbounded
    repetitions, `nested` says that one stands in another.
    """

    compiled: re.Pattern[str]
    values: frozenset[str] | None
    repeats: int
    nested: bool


@lru_cache(maxsize=_CACHED)
def understand(pattern: str) -> Pattern | None:
    """The pattern, to be matched against whole texts; None where its meaning is not known."""
    if len(pattern) > _LONGEST:
        return None
    try:
        reader = _Reader(pattern)
        node = reader.alternatives(0)
        if reader.at != len(pattern):
            return None
        compiled = re.compile(node.text, re.ASCII)
    except (_UnknownError, re.error, OverflowError, RecursionError):
        return None
    return Pattern(compiled, node.values, node.repeats, node.nested)


@lru_cache(maxsize=_CACHED * 4)
def matches(pattern: str, value: str) -> bool | None:
    """Whether the pattern matches the whole value; None where that is not known."""
    if pattern == value and _SPECIAL.isdisjoint(pattern):
        return True
    known = understand(pattern)
    if known is None:
        return None
    if known.values is not None:
        return value in known.values
    if not safe(known, value):
        return None
    return known.compiled.fullmatch(value) is not None


def safe(pattern: Pattern, value: str) -> bool:
    """Whether matching ends soon, and the dot means the same in Prometheus 2 and 3."""
    if "\n" in value:
        return False
    if pattern.nested:
        return len(value) <= _NESTED_VALUE
    steps: int = (len(value) + 1) ** pattern.repeats
    return steps <= _MOST_STEPS


def matches_everything(pattern: str) -> bool:
    """Whether it is one of the spellings that match any value and none."""
    return pattern.strip("^$") in {".*", "(.*)", "(?:.*)", ".*?", "(.*?)"}


def matches_anything_present(pattern: str) -> bool:
    """Whether it is one of the spellings that match any value, but not absence."""
    return pattern.strip("^$") in {".+", "(.+)", "(?:.+)", "..*", ".+?", "(.+?)"}


class _UnknownError(Exception):
    """The pattern has something that the two languages may read differently."""


@dataclass(frozen=True, slots=True)
class _Node:
    """A part of a pattern, in Python's syntax."""

    text: str
    values: frozenset[str] | None
    repeats: int = 0
    nested: bool = False
    branches: bool = False


class _Reader:
    """Reads the common subset by recursive descent."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def alternatives(self, depth: int) -> _Node:
        """`a|b|c`, up to the end or an unopened parenthesis."""
        if depth > _DEEPEST:
            raise _UnknownError
        parts = [self._sequence(depth)]
        while self._peek() == "|":
            self.at += 1
            parts.append(self._sequence(depth))
        if len(parts) == 1:
            return parts[0]
        return _Node(
            "|".join(part.text for part in parts),
            _union([part.values for part in parts]),
            sum(part.repeats for part in parts),
            any(part.nested for part in parts),
            branches=True,
        )

    def _sequence(self, depth: int) -> _Node:
        parts: list[_Node] = []
        while self._peek() not in {"", "|", ")"}:
            parts.append(self._repeated(depth))
        return _Node(
            "".join(part.text for part in parts),
            _concatenation([part.values for part in parts]),
            sum(part.repeats for part in parts),
            any(part.nested for part in parts),
            any(part.branches for part in parts),
        )

    def _repeated(self, depth: int) -> _Node:
        node = self._atom(depth)
        start = self.at
        unbounded = self._quantifier()
        quantifier = self.pattern[start : self.at]
        if not quantifier:
            return node
        if self._peek() in {"*", "+", "?"} or _REPEAT.match(self.pattern, self.at):
            raise _UnknownError
        optional = quantifier in {"?", "??"} and node.values is not None
        return _Node(
            node.text + quantifier,
            (node.values or frozenset()) | {""} if optional else None,
            node.repeats + unbounded,
            node.nested or (unbounded and bool(node.repeats or node.branches)),
            branches=True,
        )

    def _quantifier(self) -> bool:
        """Steps over `*`, `+?`, `{2,3}` and the like; whether it repeats without or far bound."""
        unbounded = False
        repeat = _REPEAT.match(self.pattern, self.at)
        if self._peek() in {"*", "+", "?"}:
            unbounded = self._peek() != "?"
            self.at += 1
        elif repeat:
            bounds = [int(bound) for bound in repeat.groups() if bound]
            if max(bounds) > _MOST_REPEATS or bounds != sorted(bounds):
                raise _UnknownError
            unbounded = True
            self.at = repeat.end()
        else:
            return False
        if self._peek() == "?":
            self.at += 1
        return unbounded

    def _atom(self, depth: int) -> _Node:
        char = self._peek()
        if char == "(":
            return self._group(depth)
        if char == "[":
            return self._class()
        if char == "\\":
            return self._escape()
        self.at += 1
        if char in _ANYWHERE:
            return _Node(_ANYWHERE[char], None)
        if char in _SPECIAL:
            raise _UnknownError
        return _Node(re.escape(char), frozenset({char}))

    def _group(self, depth: int) -> _Node:
        opening = _GROUP.match(self.pattern, self.at)
        if opening is None or self.pattern.startswith("?", opening.end()):
            raise _UnknownError
        self.at = opening.end()
        inner = self.alternatives(depth + 1)
        if self._peek() != ")":
            raise _UnknownError
        self.at += 1
        text = f"{opening.group()}{inner.text})"
        return _Node(text, inner.values, inner.repeats, inner.nested, inner.branches)

    def _escape(self) -> _Node:
        char = self.pattern[self.at + 1 : self.at + 2]
        self.at += 2
        if char in _CLASSES:
            return _Node(_CLASSES[char], None)
        literal = _CONTROLS.get(char, char)
        if not char or (char.isalnum() and char not in _CONTROLS) or not char.isascii():
            raise _UnknownError
        return _Node(re.escape(literal), frozenset({literal}))

    def _class(self) -> _Node:
        """A bracket expression of plain characters, ranges and escapes."""
        end = self.pattern.find("]", self.at + 1)
        body = self.pattern[self.at + 1 : end]
        inner = body.removeprefix("^")
        pieces = re.fullmatch(r"(?:[A-Za-z0-9 _:/.,;@#%=+*?!<>()$|{}]|\\[dws.\\/-]|-)+", inner)
        if end < 0 or pieces is None or "--" in inner or "||" in inner:
            raise _UnknownError
        self.at = end + 1
        inner = inner.replace(r"\s", r"\t\n\f\r ")
        return _Node(f"[{'^' if body.startswith('^') else ''}{inner}]", None)

    def _peek(self) -> str:
        return self.pattern[self.at : self.at + 1]


def _union(parts: list[frozenset[str] | None]) -> frozenset[str] | None:
    known = [part for part in parts if part is not None]
    if len(known) < len(parts) or sum(map(len, known)) > _MOST_VALUES:
        return None
    return frozenset().union(*known)


def _concatenation(parts: list[frozenset[str] | None]) -> frozenset[str] | None:
    result = frozenset({""})
    for part in parts:
        if part is None or len(result) * len(part) > _MOST_VALUES:
            return None
        result = frozenset(left + right for left, right in product(result, part))
    return result
