"""Runbooks: the Markdown pages that an alert's runbook_url leads to."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates

from opsconductor.console.alert_rows import TONES
from opsconductor.console.errors import NotFoundError
from opsconductor.console.markdown import rendered
from opsconductor.objectives import BURN_TIERS, RECEIVERS, THRESHOLDS, WATCHDOG, Severity
from opsconductor.settings import Settings

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_\-]{0,100}")

SEVERITY_OF: Mapping[str, Severity] = {
    **{threshold.alert: threshold.severity for threshold in THRESHOLDS.values()},
    **{tier.alert: tier.severity for tier in BURN_TIERS},
    WATCHDOG: Severity.NONE,
}


@dataclass(frozen=True, slots=True)
class RunbookEntry:
    """A page in the list."""

    name: str
    summary: str
    severity: str
    tone: str
    receiver: str


class Pages:
    """The pages in a folder, read anew each time: whoever edits one sees it at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> list[str]:
        """The pages there are, by name."""
        if not self._folder.is_dir():
            return []
        pages = (path.stem for path in self._folder.glob("*.md"))
        return sorted((name for name in pages if _NAME.fullmatch(name)), key=str.lower)

    def text(self, name: str) -> str | None:
        """A page's Markdown, or None."""
        # Only a name from the folder's own list is opened, so none can lead out of it.
        if name not in self.names():
            return None
        return (self._folder / f"{name}.md").read_text(encoding="utf-8")


class Runbooks(Pages):
    """The runbooks among the pages of documents."""

    def entries(self) -> list[RunbookEntry]:
        """The list, with the first sentence of each page."""
        return [_entry(name, self.text(name) or "") for name in self.names()]


class RunbookPages:
    """The list and the pages."""

    def __init__(self, runbooks: Runbooks, settings: Settings, templates: Jinja2Templates) -> None:
        self._runbooks = runbooks
        self._settings = settings
        self._templates = templates

    def routes(self) -> list[Route]:
        """What the application mounts."""
        return [
            Route("/runbooks", self.index),
            Route("/runbooks/{name}", self.page),
        ]

    async def index(self, request: Request) -> Response:
        """Every page there is."""
        context = {"entries": self._runbooks.entries()}
        return self._templates.TemplateResponse(request, "runbooks.html", context)

    async def page(self, request: Request) -> Response:
        """One page. Raises `NotFoundError`, which lists those that exist."""
        name = request.path_params["name"].removesuffix(".md")
        text = self._runbooks.text(name)
        if text is None:
            choices = [(other, f"/runbooks/{other}") for other in self._runbooks.names()]
            there = "These exist:" if choices else "The folder docs/runbooks holds no page yet."
            raise NotFoundError(f"No runbook is called “{name}”. {there}", choices)
        context = {"entry": _entry(name, text), "page": rendered(text, self._settings)}
        return self._templates.TemplateResponse(request, "runbook.html", context)


def _entry(name: str, text: str) -> RunbookEntry:
    severity = SEVERITY_OF.get(name)
    return RunbookEntry(
        name=name,
        summary=_summary(text.splitlines()),
        severity=severity.value if severity else "",
        tone=TONES[severity] if severity else "idle",
        receiver=RECEIVERS[severity].value if severity else "",
    )


def _summary(lines: Sequence[str]) -> str:
    """The first paragraph that says more than the severity, without its markup."""
    paragraph: list[str] = []
    for line in lines:
        stripped = line.strip()
        if stripped.startswith(("#", "|", "```", "<!--", "Severity:")) or not stripped:
            if paragraph:
                break
            continue
        paragraph.append(stripped)
    return re.sub(r"[*_`]|\[([^\]]*)\]\([^)]*\)", r"\1", " ".join(paragraph))
