"""A tool's table on the terminal."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text


def print_table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print rows of scalars under their columns; nothing where there are none."""
    if not rows:
        return
    table = Table(*columns, box=None, pad_edge=False)
    for row in rows:
        # A Text takes what a tool printed as it is, markup or not.
        table.add_row(*(Text("-" if value is None else str(value)) for value in row))
    Console().print(table)
