"""Which declared names an expression reads: families, foreign series and recorded ones."""

from collections.abc import Iterable, Iterator, Mapping

from promql_parser import VectorSelector

from opsconductor.contract import FAMILIES, IMPORTED, RECORDED, names
from opsconductor.monitoring.promql.syntax import parse, walk

DECLARED: Mapping[str, str] = {
    **{series: family.name for family in FAMILIES for series in names([family])},
    **{one.name: one.name for one in IMPORTED},
    **{one.name: one.name for one in RECORDED},
}
"""Each series name, to the family that it belongs to; a foreign or recorded one to itself."""


Read = tuple[str, str]
"""A declared name, and the SLO whose series of that name is meant; empty where any is."""


def reads(*expressions: str) -> frozenset[Read]:
    """What the expressions read. Raises `PromQLError`."""
    return frozenset(read for expression in expressions for read in _selected(expression))


def read_by(*expressions: str) -> frozenset[str]:
    """The declared names alone. Raises `PromQLError`."""
    return frozenset(name for name, _ in reads(*expressions))


def unknown_to_contract(expression: str) -> frozenset[str]:
    """The series that it names and that nobody exposes or records. Raises `PromQLError`."""
    named = (one.name for one in walk(parse(expression)) if isinstance(one, VectorSelector))
    return frozenset(name for name in named if name and name not in DECLARED)


def closure(start: Iterable[Read], recorded: Mapping[Read, frozenset[Read]]) -> frozenset[str]:
    """The names with all that is read to record them; `recorded` is a series to what it reads."""
    found: set[Read] = set()
    waiting = list(start)
    while waiting:
        read = waiting.pop()
        if read not in found:
            found.add(read)
            meant = (one for one in recorded if one[0] == read[0] and read[1] in {"", one[1]})
            waiting.extend(further for one in meant for further in recorded[one])
    return frozenset(name for name, _ in found)


def _selected(expression: str) -> Iterator[Read]:
    for node in walk(parse(expression)):
        if isinstance(node, VectorSelector) and node.name is not None and node.name in DECLARED:
            of = (one.value for one in node.matchers.matchers if one.name == "slo")
            yield DECLARED[node.name], next(of, "")
