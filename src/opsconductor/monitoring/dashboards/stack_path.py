"""The way of an alert, as rows of the Stack dashboard: scrapes, rules, delivery."""

from grafana_foundation_sdk.builders import bargauge, timeseries
from grafana_foundation_sdk.models.common import LegendPlacement

from opsconductor.monitoring.dashboards import panels, queries, tiles
from opsconductor.monitoring.dashboards.judged import led_to_runbooks, line, steps
from opsconductor.monitoring.dashboards.layout import Row
from opsconductor.monitoring.dashboards.refs import refs
from opsconductor.monitoring.rules import own
from opsconductor.monitoring.rules.rule_settings import RuleSettings
from opsconductor.monitoring.targets import JOBS, series_budget

_IN_USE = "and on (integration) increase(alertmanager_notifications_total[$__range]) > 0"
"""Alertmanager exposes every kind of integration that it knows; those that sent something count."""
_NO_OVERFLOW = "every label value fits its policy"


def rows(given: RuleSettings) -> tuple[Row, ...]:
    """From the scrape of a target to the message about it."""
    return (
        Row("Scrapes", (_age(given), _cardinality(given), _scrape_duration(), _overflow(given))),
        Row("Rules", (_evaluation_time(), _failed_evaluations(given))),
        Row("Delivery", (_lost(given), _failed(given), _messages(), _delivery_time())),
    )


def _age(given: RuleSettings) -> timeseries.Panel:
    signal = own.sample_age(given)
    panel = (
        panels.graph(
            "Age of the Newest Sample",
            f"By target, and of all of them: dashed, {signal.limit:g} s, where {signal.alert} "
            "fires. A saw-tooth as high as the scrape interval is healthy.",
            "s",
        )
        .fill_opacity(0)
        .with_target(queries.query(signal.expr, "newest of all"))
        .with_target(queries.query("time() - max by (job) (timestamp(up))", "{{job}}", "B"))
        .axis_soft_max(1.2 * signal.limit)
    )
    return led_to_runbooks(panels.with_limits(panel, line(signal, "red")), given, signal.alert)


def _cardinality(given: RuleSettings) -> bargauge.Panel:
    budgets = {job: budget for job in JOBS if (budget := series_budget(job)) is not None}
    signals = {job: own.cardinality(given, job, budget) for job, budget in budgets.items()}
    first = next(iter(signals.values()))
    panel = (
        tiles.bars(
            "Series against the Budget",
            "The series that each of our processes exposes, as a share of what the contract allows "
            f"it; {first.alert} fires above {first.limit:.3g}.",
            "percentunit",
            steps(first, "red"),
        )
        .max(1)
        .decimals(0)
    )
    for ref_id, (job, signal) in zip(refs(), signals.items(), strict=False):
        panel = panel.with_target(queries.latest(signal.expr, job, ref_id))
    return led_to_runbooks(panel, given, first.alert)


def _scrape_duration() -> timeseries.Panel:
    return (
        panels.graph(
            "Scrape Duration",
            "How long the scrape of each target took, its transfer included.",
            "s",
        )
        .fill_opacity(0)
        .with_target(queries.query("max by (job) (scrape_duration_seconds)", "{{job}}"))
    )


def _overflow(given: RuleSettings) -> timeseries.Panel:
    signal = own.label_overflow(given)
    panel = (
        panels.graph(
            "Label Overflow",
            f"Label values in {given.window(signal.alert)} that were recorded as other, because "
            f"the label's policy does not admit them; {signal.alert} fires above {signal.limit:g}. "
            "Empty while every value fits.",
            "short",
        )
        .no_value(_NO_OVERFLOW)
        .decimals(0)
        .with_target(queries.query(f"{signal.expr} > 0", "{{job}} {{family}} {{label}}"))
    )
    panel = panels.with_limits(panel, line(signal, "red"))
    return led_to_runbooks(panel, given, signal.alert)


def _evaluation_time() -> timeseries.Panel:
    share = "prometheus_rule_group_last_duration_seconds / prometheus_rule_group_interval_seconds"
    panel = panels.graph(
        "Rule Evaluation against its Interval",
        "How long the last evaluation of each group of rules took, as a share of its interval. At "
        "1, dashed, evaluations are skipped.",
        "percentunit",
    ).with_target(queries.query(_by_group(share), "{{group}}"))
    panel = panel.fill_opacity(0).axis_soft_max(0.05).legend(panels.legend(LegendPlacement.RIGHT))
    return panels.with_limits(panel, [(None, "green"), (1, "red")])


def _failed_evaluations(given: RuleSettings) -> timeseries.Panel:
    signal = own.rule_failures(given)
    panel = panels.graph(
        "Failed Evaluations",
        f"Evaluations that failed in {given.window(signal.alert)}, by group of rules; "
        f"{signal.alert} fires above {signal.limit:g}.",
        "short",
    ).with_target(queries.query(_by_group(signal.expr), "{{group}}"))
    panel = panels.with_limits(panel, line(signal, "red")).decimals(0)
    panel = panel.axis_soft_max(2).legend(panels.legend(LegendPlacement.RIGHT))
    return led_to_runbooks(panel, given, signal.alert)


def _by_group(expression: str) -> str:
    """A group without the path of its file."""
    return f'label_replace({expression}, "group", "$1", "rule_group", ".*;(.*)")'


def _lost(given: RuleSettings) -> timeseries.Panel:
    signal = own.handover(given)
    panel = (
        panels.graph(
            "Lost before Alertmanager",
            f"Alerts in {given.window(signal.alert)} that Prometheus could not hand over, refused "
            f"or dropped; {signal.alert} fires above {signal.limit:g}.",
            "short",
        )
        .with_target(queries.query(signal.expr, "lost"))
        .decimals(0)
        .axis_soft_max(2)
    )
    panel = panels.coloured(panel, {"lost": "red"})
    panel = panels.with_limits(panel, line(signal, "red"))
    return led_to_runbooks(panel, given, signal.alert)


def _failed(given: RuleSettings) -> timeseries.Panel:
    signal = own.delivery(given)
    panel = (
        panels.graph(
            "Failed Messages (by integration)",
            f"Messages in {given.window(signal.alert)} that Alertmanager could not deliver; "
            f"{signal.alert} fires above {signal.limit:g}.",
            "short",
        )
        .with_target(queries.query(f"({signal.expr}) {_IN_USE}", "{{integration}}"))
        .decimals(0)
        .axis_soft_max(2)
    )
    panel = panels.with_limits(panel, line(signal, "red"))
    return led_to_runbooks(panel, given, signal.alert)


def _messages() -> timeseries.Panel:
    rate = queries.rate_by("integration", "alertmanager_notifications_total")
    return panels.graph(
        "Messages (by integration)",
        "Messages each second that Alertmanager tried to deliver.",
        "cps",
    ).with_target(queries.query(f"{rate} {_IN_USE}", "{{integration}}"))


def _delivery_time() -> timeseries.Panel:
    took = queries.rate_by("integration", "alertmanager_notification_latency_seconds_sum")
    count = queries.rate_by("integration", "alertmanager_notification_latency_seconds_count")
    return (
        panels.graph(
            "Delivery Time (by integration)",
            "Mean time that the delivery of a message took; a gap where nothing was sent.",
            "s",
        )
        .fill_opacity(0)
        .with_target(queries.query(f"{took} / ({count} > 0)", "{{integration}}"))
    )
