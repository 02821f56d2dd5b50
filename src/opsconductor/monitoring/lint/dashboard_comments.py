"""The suppressions in a dashboard's descriptions, and the lines that each holds for."""

from collections.abc import Iterator

from opsconductor.monitoring.lint.dashboard import Dashboard
from opsconductor.monitoring.lint.located_json import Node
from opsconductor.monitoring.lint.suppression import Suppression, described


def suppressions(board: Dashboard) -> Iterator[Suppression]:
    """Every suppression of the dashboard: those of its panels first, then its own."""
    for node in (*(panel.node for panel in board.panels), board.root):
        description = node.get("description")
        if description is not None and isinstance(description.value, str):
            first, last = _lines(board, node)
            found = described(description.value, board.position(description), first, last)
            if found is not None:
                yield found


def _lines(board: Dashboard, node: Node) -> tuple[int, int]:
    if node is board.root:  # what is around a wrapped dashboard is its own as well
        return 1, board.text.count("\n") + 1
    return node.line, node.line + board.text.count("\n", node.start, node.end)
