"""The suppressions in an OpenSLO file's comments, and the lines that each holds for."""

from collections.abc import Iterator, Sequence

from opsconductor.monitoring.lint.finding import Position
from opsconductor.monitoring.lint.source import lines_of
from opsconductor.monitoring.lint.suppression import Suppression, suppression
from opsconductor.monitoring.lint.yaml_comments import MARK, comments
from opsconductor.monitoring.lint.yaml_tree import Tree


def suppressions(file: str, text: str, tree: Tree) -> Iterator[Suppression]:
    """Every suppression: before the first key for the file, later for the document it is in."""
    if MARK not in text:
        return
    lines = lines_of(text)
    first, *others = (document.line for document in tree.documents)
    starts = [first, *(_marked(lines, line) for line in others)]
    for number, column, comment in comments(lines, tree.scalars):
        above = [start for start in starts if start <= number]
        below = [start for start in starts if start > number]
        start = above[-1] if above else 1
        last = below[0] - 1 if above and below else len(lines)
        found = suppression(comment, Position(file, number, column), start, last)
        if found is not None:
            yield found


def _marked(lines: Sequence[str], line: int) -> int:
    """The line of the `---` above a document's first key."""
    while line > 1 and not lines[line - 1].startswith("---"):
        line -= 1
    return line
