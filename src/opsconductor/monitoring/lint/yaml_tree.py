"""YAML text as a tree whose nodes know their place.

The tree is built from the parser's events, one after the other and without recursion, so that
nesting and aliases are bounded before they cost anything: an alias is the same node again, never a
copy of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)

MAX_DEPTH = 64
"""Rule files nest 6 levels, Kubernetes manifests some 15; deeper is a mistake or an attack."""
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
MERGE = "<<"


class YamlError(Exception):
    """The text is no YAML that we read; `line` and `column` count from 1."""

    def __init__(self, message: str, line: int, column: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


@dataclass(slots=True)
class Scalar:
    """A text. `start` and `end` are its (line, column) from 0, quotes and marks included.

    `line` (from 1) is the one on which the value begins: for a block the first that is not its
    header. `column` (from 1) is known for values on one line.
    """

    value: str
    style: str
    start: tuple[int, int]
    end: tuple[int, int]
    null: bool
    line: int
    column: int | None


@dataclass(slots=True)
class Sequence:
    """A list; `line` counts from 1."""

    line: int
    items: list["Node"] = field(default_factory=list)
    closed: bool = False


@dataclass(slots=True)
class Mapping:
    """Keys and values in the order of the text, duplicates and merges included."""

    line: int
    entries: list[tuple[Scalar, "Node"]] = field(default_factory=list)
    key: Scalar | None = None
    closed: bool = False


Node = Scalar | Sequence | Mapping


@dataclass(slots=True)
class Tree:
    """The documents of a text, and every scalar of it."""

    documents: list[Node] = field(default_factory=list)
    scalars: list[Scalar] = field(default_factory=list)


def yaml_tree(text: str) -> Tree:
    """Read every document of `text`. Raises `YamlError`."""
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        raise _marked(error) from None
    except yaml.YAMLError as error:
        raise YamlError(str(error).splitlines()[0], 1) from None
    except UnicodeError:
        raise YamlError("the text holds half a surrogate pair", 1) from None
    return builder.tree


def pairs(mapping: Mapping) -> Iterator[tuple[Scalar, Node]]:
    """Keys and values with merges (`<<: *base`) carried out: a key of its own hides a merged one.

    Duplicate keys come as often as they stand there.
    """
    seen = {key.value for key, _ in mapping.entries}
    for key, value in mapping.entries:
        if _is_merge(key):
            for found, merged in _merged(value, {id(mapping)}):
                if found.value not in seen:
                    seen.add(found.value)
                    yield found, merged
        else:
            yield key, value


def _is_merge(key: Scalar) -> bool:
    return key.value == MERGE and not key.style


def _merged(value: Node, visited: set[int]) -> Iterator[tuple[Scalar, Node]]:
    """What a merge brings, each mapping once however often it is named."""
    sources = value.items if isinstance(value, Sequence) else [value]
    for source in sources:
        if not isinstance(source, Mapping) or id(source) in visited:
            continue
        visited.add(id(source))
        for key, inner in source.entries:
            if not _is_merge(key):
                yield key, inner
        for key, inner in source.entries:
            if _is_merge(key):
                yield from _merged(inner, visited)


def get(node: Node | None, key: str) -> Node | None:
    """The value of a mapping's key; None where there is none or it is null."""
    if isinstance(node, Mapping):
        for found, value in pairs(node):
            if found.value == key:
                return None if isinstance(value, Scalar) and value.null else value
    return None


def last_line(node: Node) -> int:
    """The last line (from 1) of a node; blank lines behind a block count with it."""
    seen: set[int] = set()

    def ends(one: Node) -> int:
        if id(one) in seen:
            return one.line
        seen.add(id(one))
        match one:
            case Scalar():
                line, column = one.end
                return line + 1 if column or line == one.start[0] else line
            case Sequence():
                return max((one.line, *(ends(item) for item in one.items)))
            case Mapping():
                parts = (part for entry in one.entries for part in entry)
                return max((one.line, *(ends(part) for part in parts)))

    return ends(node)


class _Builder:
    def __init__(self) -> None:
        self.tree = Tree()
        self._open: list[Sequence | Mapping] = []
        self._anchors: dict[str, Node] = {}

    def take(self, event: Event) -> None:
        match event:
            case DocumentStartEvent():
                self._anchors = {}
            case ScalarEvent():
                scalar = _scalar(event)
                self.tree.scalars.append(scalar)
                self._name(event, scalar)
                self._add(scalar)
            case SequenceStartEvent():
                self._enter(event, Sequence(_line(event)))
            case MappingStartEvent():
                self._enter(event, Mapping(_line(event)))
            case CollectionEndEvent():
                self._open.pop().closed = True
            case AliasEvent():
                self._alias(event)
            case _:
                pass  # the ends of documents and the stream

    def _enter(self, event: NodeEvent, node: Sequence | Mapping) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise YamlError(f"nested more than {MAX_DEPTH} levels deep", node.line)
        self._name(event, node)
        self._add(node)
        self._open.append(node)

    def _name(self, event: NodeEvent, node: Node) -> None:
        if event.anchor is not None:
            self._anchors[event.anchor] = node

    def _alias(self, event: AliasEvent) -> None:
        node, line = self._anchors.get(event.anchor or ""), _line(event)
        if node is None:
            raise YamlError(f"the alias *{event.anchor} has no anchor above it", line)
        if not isinstance(node, Scalar) and not node.closed:
            raise YamlError(f"the alias *{event.anchor} stands inside its own anchor", line)
        self._add(node, line)

    def _add(self, node: Node, line: int | None = None) -> None:
        if not self._open:
            self.tree.documents.append(node)
            return
        parent = self._open[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
        elif parent.key is not None:
            parent.entries.append((parent.key, node))
            parent.key = None
        elif isinstance(node, Scalar):
            parent.key = node
        else:
            raise YamlError("a key that is no text", line or node.line)


def _line(event: Event) -> int:
    return _place(event.start_mark)[0] + 1


def _place(mark: Any) -> tuple[int, int]:
    """Line and column from 0; the stubs allow an event without a mark, the parser does not."""
    return mark.line, mark.column


def _scalar(event: ScalarEvent) -> Scalar:
    start, end = _place(event.start_mark), _place(event.end_mark)
    block = event.style in {"|", ">"}
    blank = len(event.value) - len(event.value.lstrip("\n")) if event.style == "|" else 0
    bare = event.anchor is None and event.tag is None
    known = bare and not block and start[0] == end[0]
    return Scalar(
        value=event.value,
        style=event.style or "",
        start=start,
        end=end,
        null=not event.style and event.tag is None and event.value in _NULLS,
        line=start[0] + 1 + (1 + blank if block else 0),
        column=start[1] + 1 + (1 if event.style else 0) if known else None,
    )


def _marked(error: yaml.MarkedYAMLError) -> YamlError:
    mark = error.problem_mark or error.context_mark
    words = [part for part in (error.problem, error.context) if part]
    message = " ".join(dict.fromkeys(words)) or "not YAML"
    if mark is None:
        return YamlError(message, 1)
    return YamlError(message, mark.line + 1, mark.column + 1)
