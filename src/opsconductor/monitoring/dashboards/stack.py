"""The Stack dashboard: whether the monitoring itself can be believed."""

from grafana_foundation_sdk.builders import stat

from opsconductor.contract.families import STACK_PROCESS_UP
from opsconductor.monitoring.dashboards import panels, queries, stack_ground, stack_path, tiles
from opsconductor.monitoring.dashboards.frame import frame
from opsconductor.monitoring.dashboards.judged import led_to_runbooks, steps
from opsconductor.monitoring.dashboards.layout import Board, Row
from opsconductor.monitoring.dashboards.refs import refs
from opsconductor.monitoring.rules import availability, own
from opsconductor.monitoring.rules.rule_settings import RuleSettings
from opsconductor.monitoring.targets import JOBS
from opsconductor.objectives import WATCHDOG

UID = "opsconductor-stack"


def board(given: RuleSettings) -> Board:
    """Rows and panels from top to bottom."""
    return Board(
        frame(given.settings, UID, "Stack", "The monitoring itself: scrapes, rules, delivery."),
        (
            Row(
                "Can It Be Believed",
                (
                    _newest(given),
                    _firing(),
                    _watchdog(given),
                    _alertmanagers(given),
                    _targets(given),
                    _processes(),
                ),
            ),
            *stack_path.rows(given),
            *stack_ground.rows(given),
        ),
    )


def _newest(given: RuleSettings) -> stat.Panel:
    signal = own.sample_age(given)
    panel = (
        panels.value(
            "Newest Sample",
            f"How old the newest sample of all targets is; {signal.alert} fires above "
            f"{signal.limit:g} s. While no sample lands, every other panel shows the past.",
            "s",
        )
        .thresholds(panels.thresholds(steps(signal, "red")))
        .with_target(queries.query(signal.expr, "age"))
    )
    return led_to_runbooks(panel, given, signal.alert)


def _firing() -> stat.Panel:
    firing = f'ALERTS{{alertstate="firing", alertname!="{WATCHDOG}"}}'
    return (
        panels.value("Firing Alerts", "Alerts that fire now, the Watchdog left out.", "none")
        .decimals(0)
        .thresholds(panels.thresholds([(None, "green"), (1, "red")]))
        .with_target(queries.query(f"count({firing}) or vector(0)", "alerts"))
    )


def _watchdog(given: RuleSettings) -> stat.Panel:
    firing = f'ALERTS{{alertstate="firing", alertname="{WATCHDOG}"}}'
    panel = (
        panels.value(
            "Watchdog",
            "The alert that always fires: while it is silent, rules are not evaluated and nobody "
            "is told of anything.",
            "none",
        )
        .mappings([tiles.worded({"1": ("fires", "green"), "0": ("silent", "red")})])
        .thresholds(panels.thresholds([(None, "red"), (1, "green")]))
        .with_target(queries.query(f"count({firing}) or vector(0)", "watchdog"))
    )
    return led_to_runbooks(panel, given, WATCHDOG)


def _alertmanagers(given: RuleSettings) -> stat.Panel:
    signal = own.discovered()
    panel = (
        panels.value(
            "Alertmanagers",
            f"Alertmanagers that Prometheus knows; below {signal.limit:g} no alert reaches "
            f"anybody, and {signal.alert} fires.",
            "none",
        )
        .decimals(0)
        .thresholds(panels.thresholds(steps(signal, "red")))
        .with_target(queries.query(signal.expr, "known"))
    )
    return led_to_runbooks(panel, given, signal.alert)


def _targets(given: RuleSettings) -> stat.Panel:
    signals = {job: availability.target_up(given, job) for job in JOBS}
    limits = steps(signals["prometheus"], "red")
    panel = tiles.tiles(
        "Targets",
        "Whether the last scrape of each target succeeded. A target that is not in the "
        f"configuration is down too; {availability.DOWN} fires.",
        "none",
        limits,
    ).mappings([tiles.worded(tiles.UP_OR_DOWN)])
    for ref_id, (job, signal) in zip(refs(), signals.items(), strict=False):
        # An absent target has no 0 of its own.
        there = f"{signal.expr} or absent({signal.expr}) - 1"
        panel = panel.with_target(queries.latest(there, job, ref_id))
    return led_to_runbooks(panel, given, availability.DOWN)


def _processes() -> stat.Panel:
    return (
        tiles.tiles(
            "Processes",
            "Whether each process runs and answers its health check, as the supervisor sees it.",
            "none",
            ((None, "red"), (1, "green")),
        )
        .mappings([tiles.worded(tiles.UP_OR_DOWN)])
        .with_target(queries.latest(f"min by (process) ({STACK_PROCESS_UP.name})", "{{process}}"))
    )
