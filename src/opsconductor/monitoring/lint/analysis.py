"""An expression with everything that its checks read: its tree, its label flow, the schema."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from promql_parser import Expr

from opsconductor.monitoring.lint.finding import Edit, Finding, Kind
from opsconductor.monitoring.lint.query import Query
from opsconductor.monitoring.promql.flow import Flow, flow
from opsconductor.monitoring.promql.schema import Schema
from opsconductor.monitoring.promql.syntax import children, one_line, parse, walk

_CACHED = 4096

Node = TypeVar("Node", bound=Expr)


@dataclass(frozen=True, slots=True)
class Analysis:
    """A query, analysed. `nodes` are in the order in which they are written, parents first."""

    query: Query
    tree: Expr
    nodes: tuple[Expr, ...]
    parents: Mapping[int, Expr]
    flow: Flow
    schema: Schema

    def of(self, kind: type[Node]) -> Iterator[Node]:
        """The nodes of a type."""
        return (node for node in self.nodes if isinstance(node, kind))

    def parent(self, node: Expr) -> Expr | None:
        """The node directly above; None for the tree itself."""
        return self.parents.get(id(node))

    def above(self, node: Expr) -> Iterator[Expr]:
        """Every node above, the nearest first."""
        current = self.parents.get(id(node))
        while current is not None:
            yield current
            current = self.parents.get(id(current))

    def finding(
        self, kind: Kind, explanation: str, *, remedy: str = "", edit: Edit | None = None
    ) -> Finding:
        """A finding at this expression; its texts are put on one printable line each."""
        return Finding(
            kind=kind,
            position=self.query.position,
            subject=self.query.subject,
            explanation=one_line(explanation),
            remedy=one_line(remedy),
            edit=edit,
        )


@dataclass(frozen=True, slots=True)
class _Parts:
    """What depends on the text and the schema alone."""

    tree: Expr
    nodes: tuple[Expr, ...]
    parents: Mapping[int, Expr]
    flow: Flow


class _Same:
    """A schema compared by identity: its mappings have no hash."""

    __slots__ = ("schema",)

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.schema is self.schema

    def __hash__(self) -> int:
        return id(self.schema)


def analyse(query: Query, schema: Schema) -> Analysis:
    """The query's expression, parsed and followed. Raises `PromQLError`."""
    parts = _parts(query.text, _Same(schema))
    return Analysis(query, parts.tree, parts.nodes, parts.parents, parts.flow, schema)


@lru_cache(maxsize=_CACHED)
def _parts(text: str, schema: _Same) -> _Parts:
    tree = parse(text)
    nodes = tuple(walk(tree))
    parents = {id(child): node for node in nodes for child in children(node)}
    return _Parts(tree, nodes, parents, flow(tree, schema.schema))
