"""Templates: the environment, what every page gets, and how values are shown."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.templating import Jinja2Templates

_HERE = Path(__file__).parent
STATIC = _HERE / "static"

NAVIGATION: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Dashboards", "/dashboards", ("/dashboards", "/d/")),
    ("Alerts", "/alerts", ("/alerts",)),
    ("Executions", "/executions", ("/executions",)),
    ("Inbox", "/inbox", ("/inbox",)),
    ("Runbooks", "/runbooks", ("/runbooks", "/reference")),
)
"""Label, address and the paths at which the entry is marked."""

_AGO_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"))
_JUST_NOW_SECONDS = 5
_SECOND_MS = 1_000
_MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Pill:
    """The health summary in the top bar; `tone` is ok, warn, crit or idle."""

    tone: str
    text: str
    title: str


def templates(pill: Callable[[], Pill]) -> Jinja2Templates:
    """The console's templates; `pill` is asked for at every page."""
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        auto_reload=False,
    )
    environment.globals.update(navigation=NAVIGATION, static=static, refresh_seconds=None)
    environment.filters.update(ago=ago, exact=exact, duration=duration)

    def everywhere(request: Request) -> dict[str, Any]:
        path = request.url.path
        return {
            "user": request.scope.get("user_name"),
            "is_at": lambda prefixes: path.startswith(tuple(prefixes)),
            "health_pill": pill,
        }

    return Jinja2Templates(env=environment, context_processors=[everywhere])


def static(name: str) -> str:
    """The address of a static file, with a version so that a changed one is fetched anew."""
    try:
        version = sha256((STATIC / name).read_bytes()).hexdigest()[:10]
    except OSError:
        return f"/static/{name}"
    return f"/static/{name}?v={version}"


def ago(moment: datetime | None, now: datetime | None = None) -> Markup:
    """A `<time>` that says how long ago it was, with the exact time in its title."""
    if moment is None:
        return Markup('<span class="muted">never</span>')
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    seconds = max(0.0, ((now or datetime.now(UTC)) - moment).total_seconds())
    text = "just now" if seconds < _JUST_NOW_SECONDS else f"{int(seconds)} s ago"
    for size, unit in _AGO_UNITS:
        if seconds >= size:
            text = f"{int(seconds // size)} {unit} ago"
            break
    return Markup('<time data-ago datetime="{}" title="{}">{}</time>').format(
        moment.isoformat(), exact(moment), text
    )


def exact(moment: datetime | None) -> str:
    """The moment to the second, in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC") if moment else "-"


def duration(milliseconds: float | None) -> str:
    """A duration in the unit that a person would use."""
    if milliseconds is None:
        return "-"
    if milliseconds < 1:
        return f"{milliseconds:.2f} ms"
    if milliseconds < _SECOND_MS:
        return f"{milliseconds:.0f} ms"
    if milliseconds < _MINUTE_MS:
        return f"{milliseconds / _SECOND_MS:.2f} s"
    minutes, rest = divmod(round(milliseconds / _SECOND_MS), 60)
    return f"{minutes} min {rest} s"
