"""The table of processes that `up` and `status` show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from rich.table import Table
from rich.text import Text

from opsconductor.stack.process import State

_COLOURS = {
    State.READY: "green",
    State.STARTING: "yellow",
    State.WAITING: "bright_black",
    State.RESTARTING: "yellow",
    State.UNHEALTHY: "red",
    State.DOWN: "red",
    State.STOPPED: "bright_black",
}
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


@dataclass(frozen=True, slots=True)
class Row:
    """One process; `since` is Unix seconds."""

    name: str
    state: State
    pid: int | None
    ports: Sequence[int]
    restarts: int
    since: float
    detail: str

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """From the supervisor's JSON."""
        return cls(
            name=row["name"],
            state=State(row["state"]),
            pid=row["pid"],
            ports=row["ports"],
            restarts=row["restarts"],
            since=row["since"],
            detail=row["detail"],
        )


def process_table(rows: Sequence[Row], now: float) -> Table:
    """Processes with their state, how long they are in it, pid, ports and restarts."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("process", "state", "for", "pid", "ports", "restarts", ""):
        table.add_column(heading, justify="right" if heading in {"for", "pid"} else "left")
    for row in rows:
        table.add_row(
            row.name,
            Text(row.state.value, _COLOURS[row.state]),
            age(now - row.since),
            str(row.pid or "-"),
            " ".join(map(str, row.ports)) or "-",
            str(row.restarts or "-"),
            Text(row.detail, "bright_black"),
        )
    return table


def age(seconds: float) -> str:
    """A duration in its largest unit."""
    whole = max(0, int(seconds))
    for size, unit in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "m")):
        if whole >= size:
            return f"{whole // size}{unit}"
    return f"{whole}s"
