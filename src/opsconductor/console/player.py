"""Pages that play dashboards, the JSON that they play, and the way to the data."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates

from opsconductor.console.assets import COPIED, VENDOR
from opsconductor.console.dashboard_files import Board, DashboardFiles, boards_folder
from opsconductor.console.datasource_proxy import DataSourceProxy, data_sources
from opsconductor.console.errors import NotFoundError
from opsconductor.settings import Settings

PROXY = "/api/datasources/proxy/uid/{uid}/{path:path}"


def routes(settings: Settings, templates: Jinja2Templates) -> list[Route]:
    """`/dashboards`, `/d/{uid}`, `/api/dashboards[/{uid}]` and the data-source proxy."""
    player = Player(settings, templates, DashboardFiles(boards_folder(settings)))
    proxy = DataSourceProxy(data_sources(settings))
    return [
        Route("/dashboards", player.list_page),
        Route("/d/{uid}", player.board_page),
        # Grafana's own addresses end with a readable name, which adds nothing to the uid.
        Route("/d/{uid}/{name}", player.board_page),
        Route("/api/dashboards", player.listing),
        Route("/api/dashboards/{uid}", player.board_json),
        Route(PROXY, proxy.forward, methods=["GET", "POST"]),
    ]


class Player:
    """The pages' handlers."""

    def __init__(
        self, settings: Settings, templates: Jinja2Templates, files: DashboardFiles
    ) -> None:
        self._scrape_interval = settings.prometheus.scrape_interval_seconds
        self._templates = templates
        self._files = files

    async def list_page(self, request: Request) -> Response:
        """Every dashboard, and which files cannot be used."""
        boards = list(self._files.boards().values())
        return self._templates.TemplateResponse(
            request, "dashboards.html", {"boards": boards, "broken": self._files.broken}
        )

    async def board_page(self, request: Request) -> Response:
        """One dashboard; its script asks for the JSON and for the data."""
        boards = self._files.boards()
        return self._templates.TemplateResponse(
            request,
            "dashboard.html",
            {
                "board": self._board(request),
                "boards": list(boards.values()),
                "scrape_interval": self._scrape_interval,
                "missing": [name for name in COPIED.values() if not (VENDOR / name).is_file()],
                "query": f"?{request.url.query}" if request.url.query else "",
            },
        )

    async def listing(self, _request: Request) -> Response:
        """`{dashboards: [{uid, title, description, url}], broken: {file: error}}`."""
        boards = self._files.boards().values()
        return JSONResponse(
            {
                "dashboards": [
                    {
                        "uid": board.uid,
                        "title": board.title,
                        "description": board.description,
                        "url": f"/d/{board.uid}",
                    }
                    for board in boards
                ],
                "broken": self._files.broken,
            }
        )

    async def board_json(self, request: Request) -> Response:
        """The dashboard as it was rendered."""
        return Response(self._board(request).text, media_type="application/json")

    def _board(self, request: Request) -> Board:
        """The board that the address names. Raises `NotFoundError`."""
        uid = request.path_params["uid"]
        boards = self._files.boards()
        if uid not in boards:
            choices = [(board.title, f"/d/{board.uid}") for board in boards.values()]
            raise NotFoundError(f"There is no dashboard with the uid “{uid}”.", choices)
        return boards[uid]
