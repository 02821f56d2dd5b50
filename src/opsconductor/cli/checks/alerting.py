"""Rules are loaded and evaluated, exemplars are kept, and every severity reaches its receiver."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from opsconductor.cli.checks.finding import Finding, Running
from opsconductor.client.alertmanager import PostedAlert
from opsconductor.client.errors import UpstreamError
from opsconductor.contract import MONITORING
from opsconductor.objectives import ALERTS, RECEIVERS, WATCHDOG, Severity

DRILL_NAME = "OpsConductorDrill"
DELIVERY_SECONDS = 20
POLL_SECONDS = 0.5
RESTART = "restart: 'make down', 'make up'"


async def rules(running: Running) -> AsyncIterator[Finding]:
    """Every alert of the objectives is loaded, and every rule evaluates without error."""
    found = [rule for group in await running.prometheus.rules() for rule in group.rules]
    missing = sorted(set(ALERTS) - {rule.name for rule in found if rule.type == "alerting"})
    if missing:
        yield Finding("rules", f"not loaded: {', '.join(missing)}", RESTART)
    sick = [rule for rule in found if rule.health != "ok"]
    for rule in sick:
        said = f"{rule.health}: {rule.last_error or 'not evaluated yet'}"
        yield Finding(f"rule {rule.name}", said, "wait an evaluation; else read Prometheus's log")
    if not missing and not sick:
        yield Finding("rules", f"{len(found)} loaded and healthy, {len(ALERTS)} alerts among them")


async def exemplars(running: Running) -> AsyncIterator[Finding]:
    """Prometheus keeps exemplars."""
    flags = await running.prometheus.flags()
    on = "exemplar-storage" in flags.get("enable-feature", "")
    said = "on" if on else "off"
    yield Finding("exemplar storage", said, "" if on else RESTART)


async def routes(running: Running) -> AsyncIterator[Finding]:
    """An alert of each severity arrives in the inbox; nobody is paged."""
    severities = [severity for severity in RECEIVERS if severity is not Severity.NONE]
    for finding in await asyncio.gather(*(_drill(running, each) for each in severities)):
        yield finding


async def watchdog(running: Running) -> AsyncIterator[Finding]:
    """The always-firing alert reaches Alertmanager, so the path behind Prometheus is whole."""
    found = await running.alertmanager.alerts(f'alertname="{WATCHDOG}"')
    if found:
        receivers = ", ".join(receiver.name for receiver in found[0].receivers)
        yield Finding("watchdog", f"fires, sent to {receivers}")
    else:
        advice = "see Prometheus's log for why alerts do not reach Alertmanager"
        yield Finding("watchdog", "not in Alertmanager", advice)


async def delivery(running: Running) -> AsyncIterator[Finding]:
    """Send one alert of each severity to the real receivers, and see whether any send fails."""
    before = await _failures(running)
    marks = {severity: secrets.token_hex(4) for severity in RECEIVERS}
    labels = [_labels(severity, mark) for severity, mark in marks.items()]
    await running.alertmanager.post_alerts(_alert(each, resolved=False) for each in labels)
    await asyncio.sleep(running.settings.alertmanager.group_wait_seconds + 5)
    await running.alertmanager.post_alerts(_alert(each, resolved=True) for each in labels)
    failed = await _failures(running) - before
    if failed:
        advice = "see Alertmanager's log, and the credentials under [receivers]"
        yield Finding("real delivery", f"{failed:g} notifications failed", advice)
    else:
        yield Finding("real delivery", "one alert of each severity was sent, none failed")


async def _drill(running: Running, severity: Severity) -> Finding:
    receiver, what = RECEIVERS[severity].value, f"route {severity.value}"
    labels = {**_labels(severity, secrets.token_hex(4)), "drill": "true"}
    began = time.monotonic()
    await running.alertmanager.post_alerts([_alert(labels, resolved=False)])
    message = None
    while message is None and time.monotonic() - began < DELIVERY_SECONDS:
        await asyncio.sleep(POLL_SECONDS)
        message = await _message(running, receiver, labels["mark"])
    await running.alertmanager.post_alerts([_alert(labels, resolved=True)])
    if message is None:
        said = f"no {receiver} message in the inbox within {DELIVERY_SECONDS} s"
        return Finding(what, said, "see Alertmanager's log and the console's")
    return Finding(what, f"{receiver} message after {time.monotonic() - began:.1f} s")


async def _message(running: Running, receiver: str, mark: str) -> Mapping[str, Any] | None:
    answer = await running.console.get("/api/inbox", params={"receiver": receiver, "limit": 50})
    if answer.is_error:
        what = f"the console answered /api/inbox with {answer.status_code}"
        raise UpstreamError(what, "status", answer.status_code)
    messages: list[Mapping[str, Any]] = answer.json()["messages"]
    return next((each for each in messages if mark in f"{each['body']}{each['raw']}"), None)


async def _failures(running: Running) -> float:
    found = await running.prometheus.query("sum(alertmanager_notifications_failed_total)")
    return found[0].value[1] if found else 0


def _labels(severity: Severity, mark: str) -> dict[str, str]:
    return {
        "alertname": DRILL_NAME,
        "service": MONITORING,
        "severity": severity.value,
        "mark": mark,
    }


def _alert(labels: Mapping[str, str], *, resolved: bool) -> PostedAlert:
    now = datetime.now(UTC)
    return PostedAlert(
        labels=labels,
        annotations={
            "summary": f"a drill by 'opsconductor check', mark {labels['mark']}",
            "description": "Nothing is wrong: this shows that messages arrive.",
        },
        startsAt=now - timedelta(seconds=1),
        endsAt=now if resolved else now + timedelta(minutes=2),
    )
