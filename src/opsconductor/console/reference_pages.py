"""The generated reference, shown beside the runbooks that link to it."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates

from opsconductor.console.errors import NotFoundError
from opsconductor.console.markdown import rendered
from opsconductor.console.runbooks import Pages
from opsconductor.settings import Settings

INDEX = "README"


class ReferencePages:
    """The index and the pages."""

    def __init__(self, folder: Path, settings: Settings, templates: Jinja2Templates) -> None:
        self._pages = Pages(folder)
        self._settings = settings
        self._templates = templates

    def routes(self) -> list[Route]:
        """What the application mounts."""
        return [Route("/reference", self.page), Route("/reference/{name}", self.page)]

    async def page(self, request: Request) -> Response:
        """One page, or the index. Raises `NotFoundError`, which lists those that exist."""
        name = request.path_params.get("name", INDEX).removesuffix(".md")
        text = self._pages.text(name)
        if text is None:
            choices = [(other, f"/reference/{other}") for other in self._pages.names()]
            raise NotFoundError(f"No page of the reference is called “{name}”.", choices)
        context = {"title": name, "page": rendered(text, self._settings, "reference")}
        return self._templates.TemplateResponse(request, "reference.html", context)
