"""What the pipeline needs of automation-service, and the one error it makes of its failures."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from opsconductor.client.automation_answers import Run, Scalar, ToolInfo
from opsconductor.client.errors import UpstreamError
from opsconductor.contract import Reason


class ServiceError(Exception):
    """Something that the pipeline depends on did not do its part.

    `reason` is `bad_gateway` (unreachable, or it answered nonsense), `timeout`, or `unavailable`
    (it says that it cannot answer now); the text says what to do next.
    """

    def __init__(self, message: str, reason: Reason) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason

    @classmethod
    def of(cls, error: UpstreamError) -> "ServiceError":
        """The same failure in the contract's words."""
        if error.reason == "timeout":
            return cls(f"{error.what}; ask again in a moment", Reason.TIMEOUT)
        if error.status in {429, 503}:
            return cls(f"{error.what}; ask again in half a minute", Reason.UNAVAILABLE)
        return cls(
            f"{error.what}; see `opsconductor status` whether it is running", Reason.BAD_GATEWAY
        )


class AutomationService(Protocol):
    """The part of automation-service that the pipeline calls.

    Every method raises `ServiceError`. `headers` go along: the trace, and a probe's marker.
    """

    async def tools(self, headers: Mapping[str, str]) -> Sequence[ToolInfo]:
        """Every tool in the catalogue."""
        ...

    async def search(self, query: str, count: int, headers: Mapping[str, str]) -> Sequence[str]:
        """The names of the tools that fit the query, best first."""
        ...

    async def run(self, tool: str, params: Mapping[str, Scalar], headers: Mapping[str, str]) -> Run:
        """Run a tool. A tool that fails is a `Run` without success, not an error."""
        ...
