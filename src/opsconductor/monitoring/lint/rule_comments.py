"""The suppressions in a rule file's comments, and the lines that each holds for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from opsconductor.monitoring.lint.finding import Position
from opsconductor.monitoring.lint.rule_file import RuleFile
from opsconductor.monitoring.lint.source import lines_of
from opsconductor.monitoring.lint.suppression import Suppression, suppression
from opsconductor.monitoring.lint.yaml_comments import MARK, comments
from opsconductor.monitoring.lint.yaml_tree import Tree


@dataclass(frozen=True, slots=True)
class _Scope:
    """Comments from line `above` on, down to `last`, hold for the lines `first` to `last`."""

    above: int
    first: int
    last: int


def suppressions(file: RuleFile, tree: Tree) -> Iterator[Suppression]:
    """Every suppression of the file, in its order.

    In the block of an expression a comment is one of PromQL's, which serves as well.
    """
    if MARK not in file.text:
        return
    lines = lines_of(file.text)
    scopes = _scopes(file, lines)
    whole = _Scope(1, 1, len(lines))
    expressions = {rule.expr.position.line for rule in file.rules}
    outside = [one for one in tree.scalars if one.style != "|" or one.line not in expressions]
    for number, column, comment in comments(lines, outside):
        scope = next((one for one in scopes if one.above <= number <= one.last), whole)
        place = Position(file.file, number, column)
        found = suppression(comment, place, scope.first, scope.last)
        if found is not None:
            yield found


def _scopes(file: RuleFile, lines: Sequence[str]) -> list[_Scope]:
    """Rules first, then groups: a comment belongs to the smallest part that it stands in."""
    rules = [
        _Scope(_above(lines, rule.position.line), rule.position.line, rule.last)
        for rule in file.rules
    ]
    groups = [
        _Scope(_above(lines, group.position.line), group.position.line, group.last)
        for group in file.groups
    ]
    return rules + groups


def _above(lines: Sequence[str], line: int) -> int:
    """The first of the comment lines that stand directly above `line`, or `line` itself."""
    while line > 1 and lines[line - 2].lstrip().startswith("#"):
        line -= 1
    return line
