"""The comments of a YAML text that might be suppressions."""

from collections.abc import Iterator, Sequence

from opsconductor.monitoring.lint.yaml_tree import Scalar

MARK = "lint:"


def comments(lines: Sequence[str], scalars: Sequence[Scalar]) -> Iterator[tuple[int, int, str]]:
    """Line and column (from 1) and text of every comment outside `scalars` that has the mark."""
    for number, line in enumerate(lines, start=1):
        if MARK not in line:
            continue
        column = _start(line, number - 1, scalars)
        if column is not None:
            yield number, column + 1, line[column:]


def _start(line: str, row: int, scalars: Sequence[Scalar]) -> int | None:
    """Where a comment begins on a line: a `#` after a space, outside every scalar."""
    for column, character in enumerate(line):
        if character != "#" or (column and line[column - 1] not in " \t"):
            continue
        if not any(one.start <= (row, column) < one.end for one in scalars):
            return column
    return None
