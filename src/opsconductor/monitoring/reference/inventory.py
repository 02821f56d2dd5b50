"""All that the pages tell of, worked out once from the system's own documents."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import inf

from promql_parser import BinaryExpr, Expr, NumberLiteral

from opsconductor.monitoring.promql.syntax import bare, parse
from opsconductor.monitoring.reference.inhibition import Silencing, silencings
from opsconductor.monitoring.reference.panels import Panel, panels
from opsconductor.monitoring.reference.reading import Read, closure, read_by, reads
from opsconductor.monitoring.routing import own
from opsconductor.monitoring.rules import groups
from opsconductor.monitoring.rules.rule import AlertingRule, RecordingRule
from opsconductor.monitoring.rules.rule_settings import RuleSettings, rule_settings
from opsconductor.monitoring.rules.slos import options
from opsconductor.monitoring.scenarios.catalogue import stories
from opsconductor.monitoring.scenarios.story import Story
from opsconductor.monitoring.slo.compiler import compiled
from opsconductor.monitoring.slo.documents import read
from opsconductor.monitoring.slo.promise import Promise
from opsconductor.settings import Settings

_COMPARISONS = frozenset({">", ">=", "<", "<=", "=="})
_SETS = frozenset({"and", "or", "unless"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """What there is.

    `recorded` is a recorded series to what its rules read, `promised` an SLO's name to
    its title. `tools` is how many tools the catalogue has, `recorders` a family's name to the
    source files that record it.
    """

    given: RuleSettings
    alerts: tuple[AlertingRule, ...]
    recorded: Mapping[Read, frozenset[Read]]
    panels: tuple[Panel, ...]
    silencings: tuple[Silencing, ...]
    promises: tuple[Promise, ...]
    promised: Mapping[str, str]
    stories: tuple[Story, ...]
    tools: int
    recorders: Mapping[str, tuple[str, ...]]

    def rules(self, alert: str) -> tuple[AlertingRule, ...]:
        """The alert's rules, for a name may have several."""
        return tuple(rule for rule in self.alerts if rule.alert == alert)

    def reads(self, alert: str) -> frozenset[str]:
        """The declared names that the alert's rules read themselves."""
        return read_by(*(rule.expr for rule in self.rules(alert)))

    def reads_at_all(self, alert: str) -> frozenset[str]:
        """The same, with all that is read to record them."""
        expressions = (rule.expr for rule in self.rules(alert))
        return closure(reads(*expressions), self.recorded)

    def made_from(self, recorded: str) -> frozenset[str]:
        """The declared names that a recorded series is made from, over all objectives."""
        sources = (held for series, held in self.recorded.items() if series[0] == recorded)
        return frozenset(name for held in sources for name, _ in held) - {recorded}

    def drawn(self, alert: str) -> tuple[Panel, ...]:
        """The panels that are about the alert."""
        signals = {one for rule in self.rules(alert) for one in _signals(parse(rule.expr))}
        threshold = self.given.limits.thresholds.get(alert)
        limit, reads = threshold.limit if threshold else inf, self.reads(alert)
        return tuple(one for one in self.panels if one.draws(alert, signals, reads, limit))

    def told(self, alert: str) -> tuple[Story, ...]:
        """The scenarios in which the alert must fire, or must not."""
        return tuple(story for story in self.stories if story.subject.split()[0] == alert)


def inventory(
    settings: Settings,
    slo_texts: Mapping[str, str],
    dashboards: Mapping[str, str],
    *,
    tools: int,
    recorders: Mapping[str, tuple[str, ...]],
) -> Inventory:
    """Everything, from the settings and the documents; `dashboards` are name to JSON.

    Raises `SettingsError` as the rules do.
    """
    given = rule_settings(settings)
    rules = [rule for group in groups(settings, slo_texts) for rule in group.rules]
    alerts = tuple(rule for rule in rules if isinstance(rule, AlertingRule))
    return Inventory(
        given=given,
        alerts=alerts,
        recorded=_recorded(rule for rule in rules if isinstance(rule, RecordingRule)),
        panels=panels(dashboards, settings.prometheus.scrape_interval_seconds),
        silencings=silencings(
            own((rule.alert, {"severity": str(rule.severity), **rule.labels}) for rule in alerts)
        ),
        promises=compiled(slo_texts, options(given)).promises,
        promised={
            name: found.object.metadata.display_name or name
            for name, found in read(slo_texts).of("SLO").items()
        },
        stories=stories(settings, slo_texts),
        tools=tools,
        recorders=recorders,
    )


def _recorded(rules: Iterable[RecordingRule]) -> dict[Read, frozenset[Read]]:
    found: dict[Read, frozenset[Read]] = {}
    for rule in rules:
        series = rule.series.name, rule.labels.get("slo", "")
        found[series] = found.get(series, frozenset()) | reads(rule.expr)
    return found


def _signals(tree: Expr) -> Iterator[str]:
    """What the alert compares with a number, in one spelling."""
    node = bare(tree)
    if isinstance(node, BinaryExpr):
        operator = str(node.op)
        if operator in _SETS:
            yield from _signals(node.lhs)
            yield from _signals(node.rhs)
        elif operator in _COMPARISONS and isinstance(bare(node.rhs), NumberLiteral):
            yield str(bare(node.lhs))
