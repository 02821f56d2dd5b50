"""YAML as plain values, with the line of each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

MAX_NODES = 100_000
"""Aliases let a short text stand for more values than memory holds."""
MAX_DEPTH = 64

Path = tuple[str | int, ...]
"""Keys and positions (from 0), from the outside in."""


class LocatedError(ValueError):
    """The text is no YAML that can be used; `line` counts from 1."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line


@dataclass(frozen=True, slots=True)
class Located:
    """A value and the line on which each of its parts begins."""

    value: Any
    lines: Mapping[Path, int]

    def line(self, path: Path) -> int:
        """The line of the part, or of the longest beginning of its path that is there."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return 1

    def part(self, index: int) -> "Located":
        """One item of a list."""
        lines = {path[1:]: line for path, line in self.lines.items() if path[:1] == (index,)}
        return Located(self.value[index], lines)


def located(text: str) -> Iterator[Located | LocatedError]:
    """Every document of the text that is not empty, or why it cannot be used.

    Behind a place that is no YAML at all nothing can be read.
    """
    try:
        for node in yaml.compose_all(text, Loader=yaml.SafeLoader):
            if isinstance(node, yaml.ScalarNode) and not node.value.strip():
                continue
            yield _read(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        yield LocatedError(mark.line + 1 if mark else 1, _sentence(error))
    except yaml.YAMLError as error:
        position = getattr(error, "position", 0)
        what = "a character that YAML does not allow"
        yield LocatedError(text.count("\n", 0, position) + 1, what)
    except RecursionError:
        yield LocatedError(1, f"nested deeper than {MAX_DEPTH} levels")


def _read(node: yaml.Node) -> Located | LocatedError:
    try:
        return _Reader().read(node)
    except LocatedError as error:
        return error


def _sentence(error: yaml.MarkedYAMLError) -> str:
    parts = (error.context, error.problem)
    return "not valid YAML: " + ", ".join(part for part in parts if part)


class _Reader:
    def __init__(self) -> None:
        self._lines: dict[Path, int] = {}
        self._nodes = 0

    def read(self, node: yaml.Node) -> Located:
        return Located(self._value(node, ()), self._lines)

    def _value(self, node: yaml.Node, path: Path) -> Any:
        line = node.start_mark.line + 1
        self._lines.setdefault(path, line)
        self._nodes += 1
        if self._nodes > MAX_NODES or len(path) > MAX_DEPTH:
            what = f"more than {MAX_NODES} values or {MAX_DEPTH} levels, aliases resolved"
            raise LocatedError(line, what)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(item, (*path, i)) for i, item in enumerate(node.value)]
        return _scalar(node) if isinstance(node, yaml.ScalarNode) else None

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                raise LocatedError(line, "a key must be a plain text")
            key = key_node.value
            if key in found:
                raise LocatedError(line, f"the key {key} stands here twice")
            self._lines[(*path, key)] = line
            found[key] = self._value(value_node, (*path, key))
        return found


def _scalar(node: yaml.ScalarNode) -> Any:
    """Numbers, booleans and null by YAML's rules; whatever else, dates among it, as its text."""
    kind = node.tag.rpartition(":")[2]
    if kind not in {"int", "float", "bool", "null"}:
        return node.value
    try:
        return yaml.SafeLoader("").construct_object(node)
    except (ValueError, yaml.YAMLError):
        return node.value
