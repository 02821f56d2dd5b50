"""docs/reference/alerts.md: every alert, with its rule as generated and all that hangs on it."""

from collections import Counter
from collections.abc import Iterable

from opsconductor.monitoring.durations import duration
from opsconductor.monitoring.numbers import number
from opsconductor.monitoring.promql.contract_schema import contract_schema
from opsconductor.monitoring.promql.flow import flow
from opsconductor.monitoring.promql.syntax import parse
from opsconductor.monitoring.reference import conditions, links
from opsconductor.monitoring.reference.inhibition import Silencing
from opsconductor.monitoring.reference.inventory import Inventory
from opsconductor.monitoring.reference.markdown import code, codes, link, listed, page, table
from opsconductor.monitoring.rules.limits import FIXED
from opsconductor.monitoring.rules.rule import AlertingRule
from opsconductor.objectives import ALERTS, RECEIVERS, Receiver, Unit

RECEIVER_NAMES = {
    Receiver.PAGERDUTY: "PagerDuty",
    Receiver.SLACK: "Slack",
    Receiver.EMAIL: "email",
    Receiver.WATCHDOG: "its own receiver",
}
CREDENTIALS = {
    Receiver.PAGERDUTY: "receivers.pagerduty_routing_key",
    Receiver.SLACK: "receivers.slack_webhook_url",
    Receiver.EMAIL: "receivers.smtp_host",
    Receiver.WATCHDOG: "receivers.watchdog_url",
}
_SRE = 'Google SRE Workbook, chapter 5, "Multiwindow, Multi-Burn-Rate Alerts"'

_INTRO = """\
Every alert that the rules hold, with the figures of the default settings. A limit is changed by
`[alerting] thresholds = {{ NAME = 2 }}` in `opsconductor.toml`, see {setting}; rules, dashboards
and messages follow. Without credentials each receiver's messages are in the console's inbox.
"""


def alerts_page(known: Inventory) -> str:
    """The page."""
    rows = (
        (
            link(alert, "", alert),
            called(known, alert),
            conditions.condition(known.given, alert),
            conditions.hold(known.given, alert),
        )
        for alert in ALERTS
    )
    return page(
        "Alerts",
        _INTRO.format(setting=links.setting("alerting.thresholds")),
        table(("alert", "calls", "when", "for"), rows),
        *(_alert(known, alert) for alert in ALERTS),
    )


def called(known: Inventory, alert: str) -> str:
    """The severity and who gets it."""
    severity = conditions.severity(known.given, alert)
    return f"{severity} ({RECEIVER_NAMES[RECEIVERS[severity]]})"


def _alert(known: Inventory, alert: str) -> str:
    facts = [
        f"Severity {_severity(known, alert)}.",
        *_limit(known, alert),
        f"Labels: {_labels(known, alert)}.",
        *_reads(known, alert),
        *_drawn(known, alert),
        *_silencing(known, alert),
        *_proof(known, alert),
        f"Runbook: {links.runbook(alert)}.",
    ]
    held = conditions.hold(known.given, alert)
    condition = conditions.condition(known.given, alert)
    lead = condition if held == "0s" else f"{condition} It must hold for {held}."
    return f"## {alert}\n\n{lead}\n\n{listed(facts)}\n\n{_rules(known, alert)}"


def _severity(known: Inventory, alert: str) -> str:
    severity = conditions.severity(known.given, alert)
    receiver = RECEIVERS[severity]
    who = links.setting(CREDENTIALS[receiver])
    return f"{severity}: delivered to {RECEIVER_NAMES[receiver]} ({who})"


def _limit(known: Inventory, alert: str) -> list[str]:
    tier = conditions.tier_of(alert)
    if tier is not None:
        factor = number(known.given.limits.factors.get(alert, tier.factor))
        key = links.setting("alerting.thresholds")
        return [
            f"Limit: {factor} ({Unit.BURN.value}), for a period of 30 days; {key} takes another.",
            f"Source: {_SRE}; for the tiers see [the guide](../slo.md).",
        ]
    threshold = known.given.limits.thresholds.get(alert)
    if threshold is None:
        return []
    source = f"Source: {threshold.source}."
    if alert in FIXED:
        return ["Limit: none that could be set.", source]
    limit = number(threshold.limit)
    window = f", over {duration(threshold.window)}" if threshold.window else ""
    key = links.setting("alerting.thresholds")
    return [f"Limit: {limit} ({threshold.unit.value}){window}; {key} takes another.", source]


def _labels(known: Inventory, alert: str) -> str:
    """Those that the rules set, with their values, and those that come from the expression."""
    found: dict[str, dict[str, None]] = {}
    for rule in known.rules(alert):
        for name in sorted(_from_expression(known, rule)):
            found.setdefault(name, {})
        for name, value in rule.labels.items():
            values = found.setdefault(name, {})
            if "{{" not in value:
                values[value] = None
    return "; ".join(
        f"{code(name)} = {codes(values)}" if values else code(name)
        for name, values in sorted(found.items())
    )


def _from_expression(known: Inventory, rule: AlertingRule) -> Iterable[str]:
    tree = parse(rule.expr)
    yields = flow(tree, contract_schema(known.given.settings))[tree]
    return {label for shape in yields.shapes for label in shape.labels} - {"__name__", "cluster"}


def _reads(known: Inventory, alert: str) -> list[str]:
    direct = known.reads(alert)
    further = known.reads_at_all(alert) - direct
    found = []
    if direct:
        found.append(f"Reads {', '.join(map(links.metric, sorted(direct)))}.")
    families = [name for name in sorted(further) if ":" not in name]
    if families:
        found.append(f"These are recorded from {', '.join(map(links.metric, families))}.")
    return found


def _drawn(known: Inventory, alert: str) -> list[str]:
    settings = known.given.settings
    shown = [f"{one.board}: {links.panel(settings, one)}" for one in known.drawn(alert)]
    return [f"Drawn by {', '.join(shown)}."] if shown else []


def _silencing(known: Inventory, alert: str) -> list[str]:
    return [
        *_clauses("Keeps quiet while {} fires{}.", " or ", known, target=alert),
        *_clauses("While it fires, quiet are {}{}.", ", ", known, source=alert),
    ]


def _clauses(
    text: str, joint: str, known: Inventory, *, source: str = "", target: str = ""
) -> list[str]:
    """A sentence for each set of labels that must agree, about one side of the pairs."""
    found: dict[str, dict[str, None]] = {}
    for one in known.silencings:
        if one.source == source or one.target == target:
            other = one.target if source else one.source
            found.setdefault(_agreement(one), {})[link(other, "", other)] = None
    return [text.format(joint.join(names), where) for where, names in found.items()]


def _agreement(one: Silencing) -> str:
    objective = f" for the objective {code(one.only)}" if one.only else ""
    return f"{objective} with the same {codes(one.same)}"


def _proof(known: Inventory, alert: str) -> list[str]:
    cases = Counter(story.case.value for story in known.told(alert))
    if not cases:
        return []
    told = ", ".join(f"{case} {count}" for case, count in cases.items())
    command = code(f"opsconductor prove --alert {alert}")
    return [f"Proven by {sum(cases.values())} scenarios, {command}: {told}."]


def _rules(known: Inventory, alert: str) -> str:
    expressions = dict.fromkeys(rule.expr for rule in known.rules(alert))
    body = "\n\n".join(expressions)
    return f"```promql\n{body}\n```"
