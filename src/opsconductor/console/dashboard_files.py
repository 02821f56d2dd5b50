"""The rendered dashboards: read from their folder, and again whenever a file has changed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from opsconductor.settings import PROJECT_ROOT, Settings

DASHBOARDS = PROJECT_ROOT / "generated" / "grafana" / "dashboards"
"""The committed boards, made from the default settings."""


def boards_folder(settings: Settings) -> Path:
    """The boards of the user's own settings, which `up` renders; the committed ones without it.

    A limit that the user changed moves the alert, so the line on the board has to move as well.
    """
    rendered = settings.state / "config" / "grafana" / "dashboards"
    return rendered if rendered.is_dir() else DASHBOARDS


@dataclass(frozen=True, slots=True)
class Board:
    """One dashboard: its JSON and what the list says of it."""

    uid: str
    title: str
    description: str
    rows: tuple[str, ...]
    text: str


class DashboardFiles:
    """Boards by uid. A file that cannot be used is left out and named in `broken`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: dict[Path, int] = {}
        self._boards: dict[str, Board] = {}
        self.broken: dict[str, str] = {}

    def boards(self) -> Mapping[str, Board]:
        """Every board that can be played, ordered by file name."""
        seen = {path: path.stat().st_mtime_ns for path in sorted(self._folder.glob("*.json"))}
        if seen != self._seen:
            self._read(seen)
            self._seen = seen
        return self._boards

    def _read(self, paths: Mapping[Path, int]) -> None:
        self._boards, self.broken = {}, {}
        for path in paths:
            try:
                board = _board(path.read_text(encoding="utf-8"))
            except (OSError, ValueError) as error:
                self.broken[path.name] = str(error)
            else:
                self._boards[board.uid] = board


def _board(text: str) -> Board:
    """The board in a file's text. Raises `ValueError` where it is none."""
    content: Any = json.loads(text)
    if not isinstance(content, dict) or not isinstance(content.get("panels"), list):
        raise ValueError("not a dashboard: no list of panels")  # noqa: TRY004  the file's value
    uid, title = content.get("uid"), content.get("title")
    if not isinstance(uid, str) or not isinstance(title, str):
        raise ValueError("not a dashboard: uid and title must be texts")  # noqa: TRY004  the same
    rows = tuple(panel["title"] for panel in content["panels"] if panel.get("type") == "row")
    return Board(uid, title, str(content.get("description", "")), rows, text)
