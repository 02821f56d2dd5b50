"""What an alert compares with its limit; the rule and the panel that draws it both take it here."""

from dataclasses import dataclass
from typing import Literal

from opsconductor.monitoring.numbers import number


@dataclass(frozen=True, slots=True)
class Signal:
    """The alert fires while `expr`, as PromQL, compares by `fires` with `limit`, in its unit."""

    alert: str
    expr: str
    fires: Literal[">", "<", "<=", "=="]
    limit: float

    @property
    def condition(self) -> str:
        """The comparison as a rule writes it."""
        return f"{self.expr} {self.fires} {number(self.limit)}"


def matched(series: str, *matchers: str) -> str:
    """The series that fulfil every matcher; a panel adds those of its variables."""
    return f"{series}{{{', '.join(matchers)}}}" if matchers else series
