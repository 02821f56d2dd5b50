"""A plan as rows of words, for the terminal and for the page, and as plain data."""

from collections.abc import Sequence
from math import inf
from typing import Any

from opsconductor.monitoring.capacity.limits import MANY_SHARDS, Growth, Limit
from opsconductor.monitoring.capacity.model import Model
from opsconductor.monitoring.capacity.plan import Plan
from opsconductor.monitoring.capacity.wording import (
    bytes_text,
    count,
    figures,
    share_text,
    time_text,
)

Row = tuple[str, str, str]


def rows(plan: Plan) -> list[Row]:
    """What is needed, how much of it, and what that is made of."""
    least, most = plan.bytes_a_day_between
    origins = sorted(plan.sources, key=lambda one: -one.series)
    named = ", ".join(f"{count(one.series)} {one.name}" for one in origins[:4])
    return [
        ("series", count(plan.series), named),
        ("samples a second", figures(plan.samples_a_second), ""),
        (
            "disk a day",
            bytes_text(plan.bytes_a_day),
            f"{bytes_text(least)} if nothing moves, {bytes_text(most)} if everything does",
        ),
        (
            "disk in all",
            bytes_text(plan.disk),
            (
                f"{bytes_text(plan.blocks)} blocks of {time_text(plan.workload.retention)}, "
                f"{bytes_text(plan.log)} log and head, {bytes_text(plan.headroom)} to compact in"
            ),
        ),
        (
            "memory",
            bytes_text(plan.resident),
            f"at most {bytes_text(plan.peak)}, at a start or a compaction",
        ),
        (
            "processor",
            share_text(plan.processor),
            f"{share_text(plan.scraping)} scraping; all rules once {time_text(plan.evaluation)}",
        ),
        (
            "burn over 30 d",
            time_text(plan.recorded_query),
            f"of what the rules record; {time_text(plan.raw_query)} of raw series",
        ),
        ("a start", time_text(plan.restart), "until it scrapes again"),
    ]


def limit_rows(found: Growth) -> list[tuple[str, str, str, str]]:
    """What ends at how many services, the nearest first, and what is done then."""
    known = sorted(found.limits, key=lambda one: inf if one.services is None else one.services)
    return [(_up_to(one), one.bound.says, one.bound.because, one.bound.then) for one in known]


def _up_to(one: Limit) -> str:
    if one.services is None:
        return "any"
    if not one.services:
        return "over: no size"
    mark = "" if one.within else "over: "
    return f"{mark}{count(one.services)} services, {count(one.series or 0)} series"


def advice(plan: Plan, found: Growth) -> list[str]:
    """What to do at this size, in sentences."""
    told = [f"{one.bound.says}: {one.bound.then}" for one in found.limits if not one.within]
    if found.shards is None:
        told.append("not even one service fits this machine: take a larger one")
    elif found.shards > 1:
        told.append(_shards(found.shards))
    else:
        told.append("one Prometheus is enough")
    if plan.workload.replicas > 1:
        told.append(
            f"each of the {plan.workload.replicas} replicas needs all of this; Thanos Query shows "
            "them as one"
        )
    return told


def _shards(shards: int) -> str:
    if shards < MANY_SHARDS:
        return (
            f"{shards} servers, each with its part of the services; federation of what they "
            "record, or Thanos Query, shows them as one"
        )
    return f"{shards} servers: a clustered store, Mimir, in place of so many by hand"


def notes(plan: Plan, found: Model) -> list[str]:
    """What the figures rest on, and where they go beyond it."""
    given, told = plan.workload, []
    if given.tools > given.tool_limit:
        told.append(
            f"{given.tools} tools, {given.tool_limit} labels: "
            f"{given.tools - given.tool_limit} tools share 'other' (automation.tool_label_limit)"
        )
    if given.instances["ai-pipeline"] == 0:
        told.append("one service is automation-service alone, without ai-pipeline")
    if plan.extrapolated > 1:
        told.append(
            f"extrapolated: {figures(plan.extrapolated)} times the largest size measured "
            f"({count(found.largest)} series)"
        )
    return told


def document(plan: Plan, found: Growth, notes: Sequence[str]) -> dict[str, Any]:
    """Everything in plain figures, for programs: bytes, seconds, series, shares of a core."""
    given, (least, most) = plan.workload, plan.bytes_a_day_between
    return {
        "workload": {
            "services": given.services,
            "tools": given.tools,
            "slos": given.slos,
            "replicas": given.replicas,
            "retention_seconds": given.retention,
            "scrape_interval_seconds": dict(given.intervals),
            "rule_interval_seconds": given.rule_interval,
            "memory_bytes": given.memory,
            "cores": given.processors,
        },
        "series": plan.series,
        "series_by_source": {one.name: one.series for one in plan.sources},
        "samples_per_second": plan.samples_a_second,
        "bytes_per_day": plan.bytes_a_day,
        "bytes_per_day_least": least,
        "bytes_per_day_most": most,
        "disk_bytes": plan.disk,
        "disk_bytes_blocks": plan.blocks,
        "disk_bytes_log_and_head": plan.log,
        "disk_bytes_compaction": plan.headroom,
        "memory_bytes": plan.resident,
        "memory_bytes_peak": plan.peak,
        "start_seconds": plan.restart,
        "cores_scraping": plan.scraping,
        "cores_rules": plan.evaluating,
        "rule_evaluation_seconds": plan.evaluation,
        "burn_30d_raw_seconds": plan.raw_query,
        "burn_30d_recorded_seconds": plan.recorded_query,
        "extrapolated_times": plan.extrapolated,
        "limits": [
            {
                "name": one.bound.name,
                "within": one.within,
                "services": one.services,
                "series": one.series,
                "because": one.bound.because,
                "then": one.bound.then,
            }
            for one in found.limits
        ],
        "shards": found.shards,
        "notes": list(notes),
    }
