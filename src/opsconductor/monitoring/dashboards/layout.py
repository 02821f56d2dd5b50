"""A dashboard's rows from top to bottom, and the numbers of its panels."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, Self

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.models.dashboard import Panel


class Drawn(Protocol):
    """A builder of a panel, whatever its type."""

    def build(self) -> Panel:
        """The panel."""

    def id(self, id_val: int) -> Self:
        """Number the panel."""


@dataclass(frozen=True, slots=True)
class Row:
    """A heading and the panels below it, from left to right as they fit."""

    title: str
    panels: Sequence[Drawn]


@dataclass(frozen=True, slots=True)
class Board:
    """A dashboard that is not yet laid out: its frame with variables, and its rows."""

    frame: dashboard.Dashboard
    rows: tuple[Row, ...]

    def expressions(self) -> list[str]:
        """The text of every query of its panels."""
        found = []
        for row in self.rows:
            for panel in row.panels:
                found += [str(getattr(one, "expr", "")) for one in panel.build().targets or ()]
        return found


def laid_out(board: Board) -> dashboard.Dashboard:
    """The dashboard with rows and panels numbered from 1 in their order.

    Grafana's addresses name a panel by its number, so new ones belong at the end.
    """
    made, number = board.frame, 0
    for row in board.rows:
        number += 1
        made = made.with_row(dashboard.Row(row.title).id(number))
        for panel in row.panels:
            number += 1
            made = made.with_panel(panel.id(number))  # type: ignore[arg-type]  # any builder
    return made
