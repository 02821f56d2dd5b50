"""Panels that draw what an alert judges: its limit, and the way to its runbook."""

from collections.abc import Mapping, Sequence
from typing import Protocol, Self, TypeVar

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import DashboardLink, DashboardLinkType

from opsconductor.monitoring.dashboards.frame import CONSOLE
from opsconductor.monitoring.rules.rule_settings import RuleSettings
from opsconductor.monitoring.rules.signal import Signal

Steps = Sequence[tuple[float | None, str]]
"""Colour from a value upwards; the first step begins at None, minus infinity."""
_NOTHING: Mapping[str, str] = {}
_WHOLE = 0.5
"""Between a limit and the whole number above it."""


class Linked(Protocol):
    """A builder of a panel that takes links."""

    def links(self, links: list[Builder[DashboardLink]]) -> Self:
        """Put links into the panel's head."""


_P = TypeVar("_P", bound=Linked)


def led_to_runbooks(
    panel: _P, given: RuleSettings, *alerts: str, besides: Mapping[str, str] = _NOTHING
) -> _P:
    """The panel with a link to the runbook of each alert that judges what it draws.

    `besides` are further links, title to address.
    """
    runbooks = {f"Runbook {alert}": runbook(given, alert) for alert in alerts}
    return panel.links(
        [
            *(_link(title, url, "doc") for title, url in runbooks.items()),
            *(_link(title, url, "external link") for title, url in besides.items()),
        ]
    )


def runbook(given: RuleSettings, alert: str) -> str:
    """Where an alert's runbook is read: the user's own pages, else the console's."""
    base = given.settings.alerting.runbook_base_url or f"{CONSOLE}/runbooks"
    return f"{base.rstrip('/')}/{alert}"


def _link(title: str, url: str, icon: str) -> dashboard.DashboardLink:
    return (
        dashboard.DashboardLink(title)
        .type(DashboardLinkType.LINK)
        .icon(icon)
        .tooltip("")
        .url(url)
        .tags([])
        .as_dropdown(as_dropdown=False)
        .include_vars(include_vars=False)
        .keep_time(keep_time=False)
        .target_blank(target_blank=False)
    )


def line(signal: Signal, colour: str) -> Steps:
    """What draws the limit as a line of that colour, on whichever side of it the alert fires."""
    return [(None, "green"), (signal.limit, colour)]


def steps(signal: Signal, colour: str, *, whole: bool = False) -> Steps:
    """What colours a value: green where the alert is silent, `colour` where it fires.

    A step of Grafana begins at its value, while `>` fires above its limit and `<=` up to it: for
    whole numbers the step stands between the two.
    """
    limit = signal.limit + (_WHOLE if whole and signal.fires in {">", "<=", "=="} else 0)
    if signal.fires == ">":
        return [(None, "green"), (limit, colour)]
    return [(None, colour), (limit, "green")]
