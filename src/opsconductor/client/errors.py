"""The one error that every client raises."""

from typing import Literal

UpstreamReason = Literal["unreachable", "timeout", "status", "nonsense"]


class UpstreamError(Exception):
    """Somebody else's HTTP service did not give a usable answer.

    `what` names the service and what it did; `reason` is one of

    - `unreachable`: no connection could be made, or it broke;
    - `timeout`: no answer within the client's limit;
    - `status`: an answer with an error status, kept in `status`;
    - `nonsense`: an answer that is not what the service's interface promises.
    """

    def __init__(self, what: str, reason: UpstreamReason, status: int | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.reason = reason
        self.status = status
