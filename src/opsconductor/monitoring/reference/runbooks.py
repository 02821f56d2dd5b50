"""The generated parts of the runbooks: facts, objectives, reasons, links of queries, silences.

What a person has to write stays as it is written. A new alert gets a page with every heading, in
which the parts to be written are marked; the marks have to go before `generate` is content.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from opsconductor.contract import CALLER_REASONS, SERVICE_REASONS
from opsconductor.monitoring.durations import duration
from opsconductor.monitoring.numbers import number, percent
from opsconductor.monitoring.promql.syntax import PromQLError
from opsconductor.monitoring.reference import conditions, links
from opsconductor.monitoring.reference.alerts_page import called
from opsconductor.monitoring.reference.inventory import Inventory
from opsconductor.monitoring.reference.markdown import code, codes, link, listed, table
from opsconductor.monitoring.reference.panels import nearest
from opsconductor.monitoring.reference.reading import read_by, unknown_to_contract
from opsconductor.monitoring.reference.sections import SectionError, filled, section
from opsconductor.monitoring.routing import own
from opsconductor.objectives import ALERTS, BURN_TIERS, HOUR, PERIOD

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
_FEW_DAYS = 3
"""From so many days on nobody reckons in hours."""
_REASONS_OF = ("AIExecutionErrorRateHigh",)


@dataclass(frozen=True, slots=True)
class Renewed:
    """The pages by alert, their generated parts renewed, and what a person has to put right."""

    pages: Mapping[str, str]
    problems: tuple[str, ...]


def runbooks(known: Inventory, texts: Mapping[str, str]) -> Renewed:
    """Every alert's page; `texts` are the pages that there are, by alert.

    An alert without a page gets a skeleton. A page that is broken stays as it is.
    """
    pages: dict[str, str] = {}
    problems: list[str] = []
    for alert in ALERTS:
        if not known.rules(alert):
            problems.append(f"objectives.py declares {alert}, and no rule fires it; write its rule")
            continue
        bodies = _bodies(known, alert)
        text = texts.get(alert) or _skeleton(alert, bodies)
        try:
            pages[alert] = _QUERY.sub(partial(_linked, known), filled(text, bodies))
        except SectionError as error:
            pages[alert] = text
            problems.append(f"{FOLDER}/{alert}.md: {error}")
        problems += [f"{FOLDER}/{alert}.md: {what}" for what in _unknown(text)]
        problems += [f"{FOLDER}/{alert}.md: write what is marked '{TO_WRITE}'"] * (TO_WRITE in text)
    return Renewed(pages, tuple(problems))


def _unknown(text: str) -> Iterator[str]:
    """What is wrong with the queries: each reads series that somebody exposes or records."""
    for match in _QUERY.finditer(text):
        query = " ".join(match["query"].split())
        try:
            names = unknown_to_contract(query)
        except PromQLError as error:
            yield f"'{query}' is no PromQL: {error.message}"
            continue
        for name in sorted(names):
            yield f"'{query}' reads {name}, which nobody exposes or records"


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
    figures = table(("slo", "objective", "good below", "what is promised"), rows)
    return f"{figures}\n\n{_pace(alert)}"


def _pace(alert: str) -> str:
    """What is gone by when, for a period of 30 days."""
    tier = next(one for one in BURN_TIERS if one.alert == alert)
    hours = PERIOD / tier.factor / HOUR
    days = round(hours / 24)
    last = f"{days} days" if days >= _FEW_DAYS else f"{round(hours)} hours"
    return (
        f"At that pace {percent(tier.budget_share)} of a month's error budget go in "
        f"{duration(tier.long_window)}, and all of it in {last}."
    )


def _reasons() -> str:
    own_side = listed(f"{code(reason)}: {reason.meaning}" for reason in SERVICE_REASONS)
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
    settings = known.given.settings
    alertmanager = settings.loopback_url(settings.alertmanager.port)
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
    panel = None if any(_unknown(match.group())) else nearest(known.panels, read_by(query))
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
