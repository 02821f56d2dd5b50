"""The reference's pages by their path in the repository."""

from collections.abc import Mapping

from opsconductor.monitoring.reference import links
from opsconductor.monitoring.reference.alerts_page import alerts_page
from opsconductor.monitoring.reference.inventory import Inventory
from opsconductor.monitoring.reference.markdown import page, table
from opsconductor.monitoring.reference.metrics_page import metrics_page
from opsconductor.monitoring.reference.settings_page import settings_page

FOLDER = "docs/reference"
_INTRO = """\
Looked up, not read: every page here is written by `opsconductor generate` from the code that runs,
and `make check` fails where one is not up to date.
"""
_ABOUT: Mapping[str, str] = {
    links.METRICS: "every family: labels and their values, buckets, series, who reads it",
    links.ALERTS: "every alert: when and whom it calls, its rule, its limit and its source",
    links.SETTINGS: "every setting: default, what is allowed, its names in the environment",
    "commands.md": "every command of `opsconductor` with its options",
}


def pages(known: Inventory, commands: str) -> dict[str, str]:
    """Path to text; `commands` is the page of the command line, which others make."""
    made = {
        links.METRICS: metrics_page(known),
        links.ALERTS: alerts_page(known),
        links.SETTINGS: settings_page(),
        "commands.md": commands,
        "README.md": _index(),
    }
    return {f"{FOLDER}/{name}": text for name, text in made.items()}


def _index() -> str:
    rows = [(f"[{name}]({name})", about) for name, about in _ABOUT.items()]
    rows += [
        ("[runbooks](../runbooks)", "what to do when an alert fires, one page for each"),
        (
            "[lint](../lint/README.md)",
            "what is found in rules, dashboards and SLOs, one page for each",
        ),
    ]
    return page("Reference", _INTRO, table(("page", "what"), rows))
