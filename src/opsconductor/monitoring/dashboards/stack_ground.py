"""What the monitoring stands on, as rows of the Stack dashboard: storage, processes, canary."""

from grafana_foundation_sdk.builders import stat, timeseries

from opsconductor.contract import PROBES
from opsconductor.contract.families import CANARY_REQUEST_DURATION, STACK_PROCESS_RESTARTS
from opsconductor.contract.process_families import (
    CPU,
    MAX_FDS,
    OPEN_FDS,
    RESIDENT_MEMORY,
    START_TIME,
)
from opsconductor.monitoring.dashboards import panels, queries, tiles
from opsconductor.monitoring.dashboards.judged import led_to_runbooks, line, steps
from opsconductor.monitoring.dashboards.layout import Row
from opsconductor.monitoring.dashboards.refs import refs
from opsconductor.monitoring.rules import availability, own
from opsconductor.monitoring.rules.rule_settings import RuleSettings

_RATE = queries.RATE_WINDOW
YOUNG_SECONDS = 300
"""As long as the look-back of a `rate()`: until then graphs do not yet show how it fares."""


def rows(given: RuleSettings) -> tuple[Row, ...]:
    """Where samples lie, what runs, and what a user would meet."""
    return (
        Row("Storage", (_head(), _samples(), _disk(given), _blocks())),
        Row("Processes", (_uptime(), _memory(), _cpu(), _restarts(), _open_files())),
        Row(
            "Canary",
            (
                _probe_failures(given).span(9),
                _probe_duration().span(9),
                _probes(given).height(panels.GRAPH_HEIGHT),
            ),
        ),
    )


def _head() -> timeseries.Panel:
    return panels.graph(
        "Series in Memory", "Series of the last hours that Prometheus keeps in memory.", "short"
    ).with_target(queries.query("max(prometheus_tsdb_head_series)", "series"))


def _samples() -> timeseries.Panel:
    rate = f"sum(rate(prometheus_tsdb_head_samples_appended_total[{_RATE}]))"
    return panels.graph(
        "Samples", "Samples each second that are stored, those of rules included.", "ops"
    ).with_target(queries.query(rate, "samples"))


def _disk(given: RuleSettings) -> timeseries.Panel:
    signal = own.disk_free(given)
    panel = (
        panels.graph(
            "Free Disk",
            "Free share of the file system that holds each path. Dashed: "
            f"{signal.limit:.3g}, below which {signal.alert} fires.",
            "percentunit",
        )
        .fill_opacity(0)
        .max(1)
        .with_target(queries.query(signal.expr, "{{path}}"))
    )
    panel = panels.with_limits(panel, line(signal, "red"))
    return led_to_runbooks(panel, given, signal.alert)


def _blocks() -> timeseries.Panel:
    failed = f"sum(increase(prometheus_tsdb_compactions_failed_total[{_RATE}]))"
    corrupt = f"sum(increase(prometheus_tsdb_wal_corruptions_total[{_RATE}]))"
    panel = (
        panels.graph(
            "Blocks on Disk",
            "Size of what Prometheus has compacted into blocks, every two hours; the newest hours "
            "are in the write-ahead log. Right axis: compactions that failed and corruptions of "
            "that log, which should be none.",
            "decbytes",
        )
        .with_target(queries.query("max(prometheus_tsdb_storage_blocks_bytes)", "blocks"))
        .axis_soft_max(1_000_000)
        .with_target(queries.query(failed, "failed compactions", "B"))
        .with_target(queries.query(corrupt, "corruptions", "C"))
    )
    for ref_id in "BC":
        panel = panel.override_by_query(ref_id, panels.on_the_right("none", 1))
    return panels.coloured(
        panel, {"blocks": "blue", "failed compactions": "red", "corruptions": "dark-red"}
    )


def _restarts() -> timeseries.Panel:
    restarts = f"sum by (process) (increase({STACK_PROCESS_RESTARTS.name}[{_RATE}]))"
    return (
        panels.graph("Restarts", "How often the supervisor started each process again.", "none")
        .axis_soft_max(2)
        .with_target(queries.query(restarts, "{{process}}"))
    )


def _uptime() -> stat.Panel:
    since = f"time() - max by (job) ({START_TIME.name})"
    return (
        tiles.tiles(
            "Uptime",
            "For how long each process has been running, the youngest where there are several. "
            "Orange in the first five minutes: somebody or something has just started it.",
            "s",
            ((None, "orange"), (YOUNG_SECONDS, "green")),
        )
        .span(panels.FULL)
        .height(4)
        .with_target(queries.latest(since, "{{job}}"))
    )


def _memory() -> timeseries.Panel:
    return (
        panels.graph(
            "Memory",
            "Memory that each process holds in RAM. One that grows for hours while traffic does "
            "not is a leak.",
            "decbytes",
        )
        .fill_opacity(0)
        .with_target(queries.query(f"max by (job) ({RESIDENT_MEMORY.name})", "{{job}}"))
    )


def _cpu() -> timeseries.Panel:
    return (
        panels.graph(
            "CPU",
            "Cores that each process uses; a process of ours that stays at 100 % has no more to "
            "give, for it runs on one.",
            "percentunit",
        )
        .fill_opacity(0)
        .with_target(queries.query(queries.rate_by("job", CPU.name), "{{job}}"))
    )


def _open_files() -> timeseries.Panel:
    share = f"max by (job) ({OPEN_FDS.name} / {MAX_FDS.name})"
    return (
        panels.graph(
            "Open Files",
            "File descriptors, sockets included, that each process has open, as a share of what it "
            "may have. At 100 % it can neither accept a connection nor open a file.",
            "percentunit",
        )
        .fill_opacity(0)
        .axis_soft_max(0.1)
        .with_target(queries.query(share, "{{job}}"))
    )


def _probe_failures(given: RuleSettings) -> timeseries.Panel:
    signals = {probe: availability.probe_failures(given, probe) for probe in PROBES}
    first = next(iter(signals.values()))
    panel = (
        panels.graph(
            "Failed Probes",
            f"Failed share of each of the canary's probes over {availability.probe_window(given)}; "
            f"dashed: {first.limit:.3g}, where {first.alert} fires.",
            "percentunit",
        )
        .fill_opacity(0)
        .axis_soft_max(1)
    )
    for ref_id, (probe, signal) in zip(refs(), signals.items(), strict=False):
        panel = panel.with_target(queries.query(signal.expr, probe, ref_id))
    return led_to_runbooks(panels.with_limits(panel, line(first, "red")), given, first.alert)


def _probe_duration() -> timeseries.Panel:
    expression = queries.quantile_by("probe", 0.95, CANARY_REQUEST_DURATION)
    panel = panels.graph(
        "Probe Duration (P95)",
        "The time that 95 % of each probe's requests stay below. A diamond is one probe.",
        "s",
    ).with_target(queries.query(expression, "{{probe}}", exemplar=True))
    return panels.logarithmic(panel.fill_opacity(0), 0.001, 1)


def _probes(given: RuleSettings) -> stat.Panel:
    signal, window = availability.probes(given), availability.probe_window(given)
    panel = (
        panels.value(
            f"Probes in {window}",
            f"Probes that ended in the last {window}; without any, {signal.alert} fires.",
            "short",
        )
        .decimals(0)
        .thresholds(panels.thresholds(steps(signal, "red", whole=True)))
        .with_target(queries.query(signal.expr, "probes"))
    )
    return led_to_runbooks(panel, given, signal.alert)
