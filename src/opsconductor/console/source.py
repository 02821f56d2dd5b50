"""The last answer of a service, kept while there is no newer one."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from opsconductor.client.errors import UpstreamError
from opsconductor.telemetry import logger

_T = TypeVar("_T")
_log = logger(__name__)


@dataclass(slots=True)
class Source(Generic[_T]):
    """One service's last answer: `value` of `taken_at`, and why there is no newer one."""

    name: str
    value: _T
    taken_at: datetime | None = None
    error: str = ""

    async def ask(self, question: Callable[[], Awaitable[_T]]) -> None:
        """Take a new answer, or keep the last one and say why."""
        try:
            self.value = await question()
        except UpstreamError as error:
            if not self.error:
                _log.warning("no answer", source=self.name, error=str(error))
            self.error = str(error)
        else:
            self.taken_at = datetime.now(UTC)
            self.error = ""
