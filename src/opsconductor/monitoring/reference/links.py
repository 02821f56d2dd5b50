"""Links from a page to another, to a panel and to Prometheus, all at the default addresses.

The console puts the addresses in force in place of the default ones when it shows a page.
"""

from urllib.parse import quote, urlencode

from opsconductor.contract import BY_NAME, IMPORTED
from opsconductor.monitoring.reference.markdown import code, link
from opsconductor.monitoring.reference.panels import Panel
from opsconductor.settings import Settings

METRICS, ALERTS, SETTINGS = "metrics.md", "alerts.md", "settings.md"
RUNBOOKS = "../runbooks"
RECORDED_HEADING, IMPORTED_HEADING = "Recorded series", "Series of others"
_FOREIGN = frozenset(one.name for one in IMPORTED)


def metric(name: str, folder: str = "") -> str:
    """To where a family, a recorded series or somebody else's is described."""
    if name in BY_NAME:
        heading = name
    else:
        heading = IMPORTED_HEADING if name in _FOREIGN else RECORDED_HEADING
    return link(code(name), f"{folder}{METRICS}", heading)


def alert(name: str, folder: str = "") -> str:
    """To an alert's section."""
    return link(name, f"{folder}{ALERTS}", name)


def setting(key: str, folder: str = "") -> str:
    """To a setting's section."""
    return link(code(key), f"{folder}{SETTINGS}", key)


def runbook(name: str) -> str:
    """To an alert's runbook."""
    return link(f"{name}.md", f"{RUNBOOKS}/{name}.md")


def panel(settings: Settings, shown: Panel) -> str:
    """To a panel of a dashboard, in the console or in Grafana."""
    return link(shown.title, f"{settings.url(settings.console.port)}{shown.path}")


def graph(settings: Settings, query: str) -> str:
    """The address at which Prometheus draws a query's last hour, in every version from 2 on.

    Prometheus 3 and Debian's build send `/graph` on to their own page, query and all.
    """
    # A blank is %20: Debian's page takes a plus sign for a plus sign.
    asked = urlencode({"g0.expr": query, "g0.tab": 0, "g0.range_input": "1h"}, quote_via=quote)
    return f"{settings.loopback_url(settings.prometheus.port)}/graph?{asked}"
