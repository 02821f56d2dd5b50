"""Where an Alertmanager configuration would send an alert: its route tree, followed."""

import re
from collections.abc import Collection, Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass

from opsconductor.monitoring.lint.finding import Position
from opsconductor.monitoring.lint.source import Source, UnreadableError, shortened, text_of
from opsconductor.monitoring.lint.yaml_tree import (
    Mapping,
    Node,
    Scalar,
    Sequence,
    YamlError,
    get,
    pairs,
    yaml_tree,
)

_MATCHER = re.compile(
    r"""\s*(?P<name>"(?:\\.|[^"\\])*"|[^\s=!~{},"]+)\s*(?P<op>=~|!~|!=|=)\s*"""
    r"""(?P<value>"(?:\\.|[^"\\])*"|[^,"]*)\s*"""
)
_ESCAPE = re.compile(r'\\(["\\n])')


@dataclass(frozen=True, slots=True)
class Matcher:
    """One condition of a route on a label; the operator is `=`, `!=`, `=~` or `!~`."""

    name: str
    operator: str
    value: str

    def holds(self, labels: Map[str, str], possible: Collection[str] | None) -> bool | None:
        """Whether an alert fulfils it; None where a label's value is not known.

        `possible` are the further labels that the alert may have; None means any.
        """
        given = labels.get(self.name)
        if given is None:
            if possible is None or self.name in possible:
                return None
            given = ""  # a label that is not there equals the empty text
        if self.operator in {"=", "!="}:
            return (given == self.value) is (self.operator == "=")
        try:
            found = re.fullmatch(self.value, given, re.DOTALL) is not None
        except re.error:
            return None  # RE2 knows forms that are not Python's
        return found is (self.operator == "=~")


@dataclass(frozen=True, slots=True)
class Route:
    """A node of the tree."""

    receiver: str
    matchers: tuple[Matcher, ...] = ()
    goes_on: bool = False
    routes: tuple["Route", ...] = ()

    def matches(self, labels: Map[str, str], possible: Collection[str] | None) -> bool | None:
        """Whether an alert enters the node; None where that is not known."""
        answers = [one.holds(labels, possible) for one in self.matchers]
        if False in answers:
            return False
        return None if None in answers else True

    def reached(self, labels: Map[str, str], possible: Collection[str] | None) -> frozenset[str]:
        """Every receiver that an alert in this node may be sent to."""
        receivers: set[str] = set()
        surely = False
        for child in self.routes:
            answer = child.matches(labels, possible)
            if answer is False:
                continue
            receivers |= child.reached(labels, possible)
            if answer:
                surely = True
                if not child.goes_on:
                    break
        if not surely:
            receivers.add(self.receiver)
        return frozenset(receivers)


@dataclass(frozen=True, slots=True)
class AlertmanagerRouting:
    """A configuration: the root of its routes, and the receivers that have an integration."""

    file: str
    root: Route
    served: frozenset[str]

    def silent(self, labels: Map[str, str], possible: Collection[str] | None) -> str | None:
        """Why nobody is told of an alert with these labels; None where somebody is, or may be."""
        reached = self.root.reached(labels, possible)
        if reached & self.served:
            return None
        names = ", ".join(f"`{name}`" for name in sorted(reached))
        return f"By {self.file} it is sent to {names}, which has no integration: nobody is told."


def alertmanager_routing(source: Source) -> AlertmanagerRouting:
    """Read a configuration. Raises `UnreadableError`."""
    try:
        documents = yaml_tree(text_of(source)).documents
    except YamlError as error:
        place = Position(source.name, error.line, error.column)
        raise UnreadableError(place, error.message) from None
    reading = _Reading(source.name)
    document = documents[0] if documents else None
    if document is None or get(document, "route") is None or get(document, "receivers") is None:
        raise reading.wrong(document, "no Alertmanager configuration: `route` or `receivers` lacks")
    names, served = reading.receivers(get(document, "receivers"))
    root = reading.route(get(document, "route"), None, names)
    return AlertmanagerRouting(source.name, root, frozenset(served))


@dataclass(frozen=True, slots=True)
class _Reading:
    file: str

    def wrong(self, node: Node | None, message: str) -> UnreadableError:
        return UnreadableError(Position(self.file, node.line if node else 1), message)

    def text(self, node: Node | None) -> str:
        if not isinstance(node, Scalar):
            raise self.wrong(node, "a text is expected here")
        return node.value

    def receivers(self, node: Node | None) -> tuple[set[str], set[str]]:
        if not isinstance(node, Sequence):
            raise self.wrong(node, "`receivers` is no list")
        names, served = set(), set()
        for item in node.items:
            name = self.text(get(item, "name"))
            names.add(name)
            configs = pairs(item) if isinstance(item, Mapping) else ()
            if any(
                key.value.endswith("_configs") and isinstance(value, Sequence) and value.items
                for key, value in configs
            ):
                served.add(name)
        return names, served

    def route(self, node: Node | None, above: str | None, names: Collection[str]) -> Route:
        if not isinstance(node, Mapping):
            raise self.wrong(node, "a route is expected here")
        given = get(node, "receiver")
        receiver = above if given is None else self.text(given)
        if receiver is None:
            raise self.wrong(node, "the root route has no receiver")
        if receiver not in names:
            raise self.wrong(given, f"there is no receiver `{shortened(receiver)}`")
        goes_on = get(node, "continue")
        return Route(
            receiver,
            tuple(self.matchers(node)),
            goes_on is not None and self.text(goes_on) == "true",
            tuple(self.route(one, receiver, names) for one in self.listed(get(node, "routes"))),
        )

    def matchers(self, node: Mapping) -> Iterator[Matcher]:
        for field, operator in (("match", "="), ("match_re", "=~")):
            labels = get(node, field)
            if isinstance(labels, Mapping):
                for key, value in pairs(labels):
                    yield Matcher(key.value, operator, self.text(value))
        given = get(node, "matchers")
        for one in [given] if isinstance(given, Scalar) else self.listed(given):
            yield from self.parsed(one)

    def listed(self, node: Node | None) -> list[Node]:
        if node is not None and not isinstance(node, Sequence):
            raise self.wrong(node, "a list is expected here")
        return [] if node is None else node.items

    def parsed(self, node: Node) -> Iterator[Matcher]:
        """`a="b"`, `a=~b`, or several between braces with commas."""
        text = self.text(node).strip()
        if text.startswith("{") and text.endswith("}"):
            text = text[1:-1]
        place = 0
        while place < len(text):
            found = _MATCHER.match(text, place)
            if found is None or found.end() == place:
                raise self.wrong(node, f"`{shortened(text)}` is no matcher")
            yield Matcher(_unquoted(found["name"]), found["op"], _unquoted(found["value"]))
            place = found.end()
            if place < len(text) and text[place] != ",":
                raise self.wrong(node, f"`{shortened(text)}` is no matcher")
            place += 1


def _unquoted(text: str) -> str:
    text = text.strip()
    if not text.startswith('"'):
        return text
    return _ESCAPE.sub(lambda found: "\n" if found[1] == "n" else found[1], text[1:-1])
