"""The Alerts page."""

from collections import Counter

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates

from opsconductor.console import alert_rows
from opsconductor.console.alert_board import AlertBoard
from opsconductor.console.runbooks import Runbooks

REFRESH_SECONDS = 5


class AlertPages:
    """Alerts by state, with what is known while a service is down."""

    def __init__(self, board: AlertBoard, runbooks: Runbooks, templates: Jinja2Templates) -> None:
        self._board = board
        self._runbooks = runbooks
        self._templates = templates

    def routes(self) -> list[Route]:
        """What the application mounts."""
        return [Route("/alerts", self.alerts), Route("/pill", self.pill)]

    async def pill(self, request: Request) -> Response:
        """The top bar alone, for pages that have nothing else to refresh."""
        return self._templates.TemplateResponse(request, "base.html")

    async def alerts(self, request: Request) -> Response:
        """Every alert, or those in the state that `?state=` names."""
        await self._board.refresh()
        rows = alert_rows.rows(self._board)
        state = request.query_params.get("state", "")
        state = state if state in alert_rows.STATES else ""
        counted = Counter(row.state for row in rows if not row.expected)
        return self._templates.TemplateResponse(
            request,
            "alerts.html",
            {
                "refresh_seconds": REFRESH_SECONDS,
                "rows": [row for row in rows if state in {"", row.state}],
                "posted": alert_rows.posted(self._board),
                "total": len(rows),
                "counted": counted,
                "states": alert_rows.STATES,
                "state": state,
                "sources": (self._board.rules, self._board.delivery),
                "known": self._board.rules.taken_at is not None,
                "runbooks": self._runbooks.names(),
            },
        )
