"""The picture of a backtest."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from opsconductor.monitoring.backtest.error import BacktestError
from opsconductor.monitoring.backtest.incidents import Incident
from opsconductor.monitoring.backtest.outcome import Alert, Labels, RuleOutcome
from opsconductor.monitoring.backtest.report import text_of
from opsconductor.monitoring.backtest.scoring import is_heartbeat
from opsconductor.monitoring.backtest.step import Step
from opsconductor.monitoring.backtest.timeline import Lane, timeline
from opsconductor.proof.backtest import Backtest, moment
from opsconductor.proof.signal import points, signal_of

MOST_LANES = 12


async def write(file: Path, done: Backtest, incidents: Sequence[Incident]) -> None:
    """Draw the alerts that fired or that an incident expects. Raises `BacktestError`."""
    chosen = _first_of_each_name(_chosen(done, incidents))
    outcome = done.outcome
    lanes = [await _lane(done, *one) for one in chosen[:MOST_LANES]]
    left = len(chosen) - len(lanes)
    title = f"{outcome.name}, {moment(outcome.judged[0])} to {moment(outcome.judged[1])}"
    if left:
        title += f" (the first {MOST_LANES} of {len(chosen)} alerts)"
    if not lanes:
        title += ": nothing fired"
    text = timeline(title, outcome.judged, lanes, incidents)
    try:
        await asyncio.to_thread(file.write_text, text, encoding="utf-8")
    except OSError as error:
        raise BacktestError(f"cannot write {file}: {error.strerror}") from None


def _chosen(
    done: Backtest, incidents: Sequence[Incident]
) -> Iterator[tuple[Step, RuleOutcome, Alert]]:
    """The alerts that fired, and those that an incident expects in vain; unproven ones too.

    Where one rule of a name fired, the silent ones of that name say nothing.
    """
    ringing = {rule.rule.name for rule in done.outcome.rules for one in rule.alerts if one.firings}
    expected = {name for one in incidents for name in one.alerts} - ringing
    for step, rule in zip(done.plan.alerts, done.outcome.rules, strict=True):
        if is_heartbeat(rule):
            continue
        fired = [one for one in rule.alerts if one.firings]
        if not fired and rule.rule.name in expected:
            labels: Labels = tuple(sorted(rule.rule.labels.items()))
            fired = list(rule.alerts[:1]) or [Alert(labels, ())]
        for alert in fired:
            yield step, rule, alert


def _first_of_each_name(
    chosen: Iterator[tuple[Step, RuleOutcome, Alert]],
) -> list[tuple[Step, RuleOutcome, Alert]]:
    """The first alert of each name, then the second, so that no name crowds out another."""
    seen: Counter[str] = Counter()
    numbered = []
    for one in chosen:
        name = one[1].rule.name
        numbered.append((seen[name], one))
        seen[name] += 1
    return [one for _, one in sorted(numbered, key=lambda each: each[0])]


async def _lane(done: Backtest, step: Step, rule: RuleOutcome, alert: Alert) -> Lane:
    first, last = done.outcome.judged
    signal = signal_of(step)
    instants = done.evaluation.instants(step, first, last)
    drawn = (
        await points(done.server, step, signal, alert.labels, instants)
        if signal and instants
        else []
    )
    return Lane(
        name=rule.rule.name,
        labels=text_of(tuple(one for one in alert.labels if one[0] != "severity")),
        signal=drawn,
        limit=signal.limit if signal else None,
        pending=[(one.pending, one.fired or one.ended or last) for one in alert.episodes],
        firing=[(one.fired, one.ended or last) for one in alert.episodes if one.fired is not None],
        note=rule.verdict if rule.why else "" if alert.firings else "never fired",
    )
