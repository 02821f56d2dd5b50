"""Which executions a page shows: its query string, checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

STATUSES: tuple[tuple[str, str], ...] = (
    ("success", "Success"),
    ("error", "Error"),
    ("running", "Running"),
    ("failed", "Interrupted"),
)
PERIODS: Mapping[str, timedelta] = {
    "15m": timedelta(minutes=15),
    "1h": timedelta(hours=1),
    "6h": timedelta(hours=6),
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
}
LIMITS = (50, 200, 1000)


@dataclass(frozen=True, slots=True)
class ExecutionFilter:
    """Empty texts mean everything; `period` is a key of `PERIODS`."""

    status: str = ""
    tool: str = ""
    period: str = ""
    limit: int = LIMITS[0]

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "ExecutionFilter":
        """The filter in a query string; what is not understood is left out."""
        status, period, limit = (query.get(name, "") for name in ("status", "period", "limit"))
        return cls(
            status=status if status in dict(STATUSES) else "",
            tool=query.get("tool", "")[:100],
            period=period if period in PERIODS else "",
            limit=next((one for one in LIMITS if str(one) == limit), LIMITS[0]),
        )

    @property
    def since(self) -> str | None:
        """The start of the period in ISO 8601, or None."""
        if not self.period:
            return None
        return (datetime.now(UTC) - PERIODS[self.period]).isoformat()

    @property
    def is_narrow(self) -> bool:
        """Whether anything is filtered out."""
        return bool(self.status or self.tool or self.period)

    def query(self, *, limit: int | None = None) -> str:
        """The query string of this filter, with `?` in front, or nothing."""
        chosen = limit or self.limit
        parts = {
            "status": self.status,
            "tool": self.tool,
            "period": self.period,
            "limit": "" if chosen == LIMITS[0] else str(chosen),
        }
        text = urlencode({name: value for name, value in parts.items() if value})
        return f"?{text}" if text else ""

    def more(self) -> int | None:
        """The next larger limit, or None."""
        return next((one for one in LIMITS if one > self.limit), None)
