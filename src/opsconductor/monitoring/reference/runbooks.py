"""The generated parts of the runbooks: facts, objectives, reasons, links of queries, silences.

What a person has to write stays as it is written. A new alert gets a page with every heading, in
which the parts to be written are marked; the marks have to go before `generate` is content.
"""

import re
from collections.abc import Mapping

from opsconductor.contract import CALLER_REASONS, REASON_MEANING, SERVICE_REASONS
from opsconductor.monitoring.numbers import number
from opsconductor.monitoring.promql.syntax import PromQLError
from opsconductor.monitoring.reference import conditions, links
from opsconductor.monitoring.reference.alerts_page import called
from opsconductor.monitoring.reference.error import RunbookError
from opsconductor.monitoring.reference.inventory import Inventory
from opsconductor.monitoring.reference.markdown import code, codes, link, listed, table
from opsconductor.monitoring.reference.panels import nearest
from opsconductor.monitoring.reference.reading import read_by
from opsconductor.monitoring.reference.sections import SectionError, filled, section
from opsconductor.monitoring.routing import own
from opsconductor.objectives import ALERTS

FOLDER = "docs/runbooks"
HEADINGS = ("Meaning", "Impact", "First queries", "Causes", "Mitigation", "Silence", "Escalate")
TO_WRITE = "(to be written)"
_QUERY = re.compile(
    r"^(?P<indent> *)```promql\n(?P<query>.*?)^ *```\n(?:\n *\[Open in Prometheus\][^\n]*\n)?",
    re.MULTILINE | re.DOTALL,
)
_REFERENCE = "../reference/"
_AMTOOL = (
    "amtool=$(command -v amtool || "
    "ls ~/.local/state/opsconductor/packages/prometheus-alertmanager-*/usr/bin/amtool)"
)
_REASONS_OF = ("AIExecutionErrorRateHigh",)


def runbooks(known: Inventory, texts: Mapping[str, str]) -> dict[str, str]:
    """Alert to its page with the generated parts renewed; `texts` are the pages that there are.

    An alert without a page gets a skeleton. Raises `RunbookError`.
    """
    return {alert: _page(known, alert, texts.get(alert)) for alert in ALERTS}


def _page(known: Inventory, alert: str, text: str | None) -> str:
    bodies = _bodies(known, alert)
    try:
        page = filled(_skeleton(alert, bodies) if text is None else text, bodies)
        return _QUERY.sub(lambda match: _linked(known, match), page)
    except (SectionError, PromQLError) as error:
        raise RunbookError(f"{FOLDER}/{alert}.md: {error}") from None


def _bodies(known: Inventory, alert: str) -> dict[str, str]:
    bodies = {"facts": _facts(known, alert)}
    tier = conditions.tier_of(alert)
    if tier is not None:
        bodies["objectives"] = _objectives(known, alert)
    if tier is not None or alert in _REASONS_OF:
        bodies["reasons"] = _reasons()
    return {**bodies, "silence": _silence(known, alert)}


def _facts(known: Inventory, alert: str) -> str:
    held, reference = conditions.hold(known.given, alert), links.alert(alert, _REFERENCE)
    settings = known.given.settings
    panels = ", ".join(links.panel(settings, one) for one in known.drawn(alert))
    rule = reference.replace(f"[{alert}]", "[Rule, limit and labels]")
    where = f"{rule}{f'; drawn by {panels}' if panels else ''}."
    lasting = "" if held == "0s" else f" It has held for {held}."
    fires = f"{conditions.condition(known.given, alert)}{lasting}"
    return f"Severity: {called(known, alert)}\n\n{fires}\n\n{where}"


def _objectives(known: Inventory, alert: str) -> str:
    """What is promised, and below what this tier calls."""
    rows = []
    for one in known.promises:
        for tier in one.tiers:
            if tier.alert == alert:
                below = 1 - tier.factor * one.budget
                promised = known.promised[one.slo]
                target = f"{number(round(one.target * 100, 10))} %"
                rows.append((one.slo, target, f"{100 * below:.4g} %", promised))
    return table(("slo", "objective", "good below", "what is promised"), rows)


def _reasons() -> str:
    own_side = listed(f"{code(reason)}: {REASON_MEANING[reason]}" for reason in SERVICE_REASONS)
    setting = links.setting("alerting.count_caller_mistakes", _REFERENCE)
    return (
        f"{own_side}\n\nThe caller's own mistakes ({codes(CALLER_REASONS)}) are not counted here "
        f"unless {setting} is on."
    )


def _silence(known: Inventory, alert: str) -> str:
    labels = own((rule.alert, rule.labels) for rule in known.rules(alert))
    first = {
        name: value for name, value in labels[0].items() if name not in {"slo_tier", "tool", "step"}
    }
    several = " Name the labels of the alert that fires." if len(labels) > 1 else ""
    matchers = " ".join(f"{name}={value}" for name, value in first.items())
    alertmanager = f"http://127.0.0.1:{known.given.settings.alertmanager.port}"
    return f"""\
Say for how long and why; whoever looks next will read it.{several} `amtool` is on PATH where \
Alertmanager is installed, and otherwise among the unpacked packages.

```sh
{_AMTOOL}
"$amtool" silence add --alertmanager.url={alertmanager} --author="$(whoami)" \\
  --duration=1h --comment="what is being done about it" {matchers}
```"""


def _linked(known: Inventory, match: re.Match[str]) -> str:
    """The query's block, below it where it opens and which panel draws the same series."""
    query = " ".join(match["query"].split())
    settings = known.given.settings
    shown = [link("Open in Prometheus", links.graph(settings, query))]
    panel = nearest(known.panels, read_by(query))
    if panel is not None:
        shown.append(f"{panel.board}: {links.panel(settings, panel)}")
    indent = match["indent"]
    block = f"{indent}```promql\n{match['query']}{indent}```\n"
    return f"{block}\n{indent}{' · '.join(shown)}\n"


def _skeleton(alert: str, bodies: Mapping[str, str]) -> str:
    """A page with every heading and generated section, to be written by a person."""
    held = {"Meaning": "objectives", "Causes": "reasons", "Silence": "silence"}
    parts = [f"# {alert}", section("facts", bodies["facts"])]
    for heading in HEADINGS:
        name = held.get(heading, "")
        parts.append(f"## {heading}")
        if name != "silence":
            parts.append(TO_WRITE)
        if name in bodies:
            parts.append(section(name, bodies[name]))
    return "\n\n".join(parts) + "\n"
