"""Processes run, Prometheus scrapes them, and what the contract promises is there."""

import math
from collections.abc import AsyncIterator, Collection

import httpx

from opsconductor.cli.checks.finding import Finding, Running
from opsconductor.contract import EXPOSED, PROBES, Family, expected
from opsconductor.monitoring.numbers import percent
from opsconductor.monitoring.rules.availability import probe_failures, probe_window
from opsconductor.monitoring.rules.rule_settings import rule_settings
from opsconductor.monitoring.targets import targets
from opsconductor.stack.process import State

LOGS = "read its log under logs/ in the state folder"


async def processes(running: Running) -> AsyncIterator[Finding]:
    """Each process is ready."""
    try:
        answer = await running.supervisor.get("/processes")
        rows = answer.raise_for_status().json()["processes"]
    except (httpx.HTTPError, ValueError, KeyError) as error:
        yield Finding("processes", f"the supervisor does not answer: {error}", "run 'make up'")
        return
    for row in rows:
        ready = row["state"] == State.READY
        said = row["state"] + (f": {row['detail']}" if row["detail"] else "")
        yield Finding(f"process {row['name']}", said, "" if ready else LOGS)


async def scraped(running: Running) -> AsyncIterator[Finding]:
    """Each target is up."""
    found = {target.labels.get("job"): target for target in await running.prometheus.targets()}
    for target in targets(running.settings):
        seen = found.get(target.job)
        what = f"target {target.job}"
        if seen is None:
            yield Finding(what, "Prometheus does not know it", "restart: 'make down', 'make up'")
        elif seen.health != "up":
            said = f"{seen.health}: {seen.last_error or 'not scraped yet'}"
            yield Finding(what, said, f"see whether {seen.scrape_url} answers; {LOGS}")
        else:
            yield Finding(what, f"up at {target.address}")


async def exposed(running: Running) -> AsyncIterator[Finding]:
    """Each process exposes the families that the contract gives it."""
    for job, promised in EXPOSED.items():
        ordinary = expected(promised, tools=1)
        wanted = {_series(family): family for family in promised if ordinary[family.name]}
        if not wanted:
            continue
        names = "|".join(wanted)
        query = f'count by (__name__) ({{__name__=~"{names}",job="{job}"}})'
        have = {sample.metric["__name__"] for sample in await running.prometheus.query(query)}
        if have:
            yield _verdict(job, wanted, have)
        else:
            yield Finding(f"families {job}", "none is there", f"see the line of target {job}")


async def canary(running: Running) -> AsyncIterator[Finding]:
    """Each probe of the running path succeeds, as the alert CanaryFailing judges it."""
    given = rule_settings(running.settings)
    window = probe_window(given)
    for probe in PROBES:
        signal = probe_failures(given, probe)
        found = await running.prometheus.query(signal.expr)
        failed = found[0].value[1] if found else math.nan
        good = failed <= signal.limit  # false of NaN: no probe ended
        if math.isnan(failed):
            said = f"none ended in the last {window}"
        elif failed:
            said = f"{percent(failed)} of the last {window} failed"
        else:
            said = "succeeds"
        yield Finding(f"probe {probe}", said, "" if good else f"for process canary: {LOGS}")


def _series(family: Family) -> str:
    return family.count if family.kind == "histogram" else family.name


def _verdict(job: str, wanted: dict[str, Family], have: Collection[str]) -> Finding:
    missing = [name for name in wanted if name not in have]
    # A family without seeded series shows with its first observation.
    broken = [name for name in missing if wanted[name].seeded is not None]
    said = f"{len(wanted) - len(missing)} of {len(wanted)} there"
    if broken:
        advice = "wait for the next scrape; if they stay away, report a bug"
        return Finding(f"families {job}", f"{said}; missing {', '.join(broken)}", advice)
    if missing:
        said += f"; {', '.join(missing)} comes with the first request"
    return Finding(f"families {job}", said)
