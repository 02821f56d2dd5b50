"""A backtest over a live run's samples gives the alerts that the run itself had."""

import asyncio
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.proof.live_run import LiveRun, live_run

from opsconductor.monitoring.backtest.outcome import Outcome
from opsconductor.monitoring.backtest.rule_file import rule_groups
from opsconductor.proof.backtest import (
    Asked,
    Backtest,
    History,
    Live,
    Recomputed,
    RuleSet,
    open_history,
)
from opsconductor.stack.programs import Programs

pytestmark = pytest.mark.stack
FreePorts = Callable[[int], list[int]]
SETTLED = 12_000
"""Milliseconds after which nothing depends on what was before the first sample any more."""
ENOUGH = 40
"""Evaluations to compare."""
ANY = 'ALERTS{alertname="Watchdog"}'
FAST = {("alertname", "SLOBurnRateFast"), ("alertstate", "firing")}

State = tuple[tuple[str, str], ...]
States = dict[int, set[State]]


@dataclass(frozen=True)
class Ran:
    """What is left of a run that is still up."""

    live: LiveRun
    snapshot: Path
    rules: RuleSet
    last: int


@pytest.fixture(scope="module")
def ran(
    programs: Programs, tmp_path_factory: pytest.TempPathFactory, free_ports: FreePorts
) -> Iterator[Ran]:
    """Health, failures until both fast alerts fire, a dead target, and health again."""
    folder = tmp_path_factory.mktemp("live")
    with live_run(programs.prometheus, folder, free_ports(1)[0]) as run:
        run.until(
            "max_over_time(up[20s]) and timestamp(up) and count_over_time(up[20s]) > 15", "15 s"
        )
        run.target.failing = 12
        run.until(
            'count(ALERTS{alertname="SLOBurnRateFast",alertstate="firing"}) >= 3', "fast burns"
        )
        run.target.failing = 0
        run.until('absent(ALERTS{alertname="AIExecutionErrorRateHigh"})', "healing")
        run.target.down = True
        down = 'ALERTS{alertname="MetricsEndpointDown",job="automation-service"} '
        run.until(f'{down[:-2]},alertstate="firing"}}', "a dead target")
        run.target.down = False
        run.until(f"absent({down})", "the target's return")
        run.until(f"count_over_time({ANY}[5m]) > {SETTLED // 1000 + ENOUGH}", "enough evaluations")
        assert run.missed() == 0, "the machine was too busy to evaluate every second"
        (newest,) = run.ask(f"timestamp({ANY})")
        last = round(float(newest["value"][1]) * 1000)
        groups = rule_groups(yaml.safe_dump(run.rules), "rules.yml", 1000)
        rules = RuleSet(name="scaled", groups=groups)
        yield Ran(run, run.snapshot(), rules, last)


def stored(found: list[dict[str, Any]], last: int) -> States:
    """The alerts' states at each evaluation, as the run stored them."""
    states: States = {}
    for series in found:
        labels = tuple(sorted(one for one in series["metric"].items() if one[0] != "__name__"))
        for instant, _ in series["values"]:
            states.setdefault(round(instant * 1000), set()).add(labels)
    first = min(states) + SETTLED
    return {instant: each for instant, each in states.items() if first <= instant <= last}


def states_of(outcome: Outcome, instants: list[int]) -> States:
    """The same of a backtest."""
    states: States = {instant: set() for instant in instants}
    for rule in outcome.rules:
        for alert in rule.alerts:
            for one in alert.episodes:
                for instant in instants:
                    if one.pending <= instant and (one.ended is None or instant < one.ended):
                        firing = one.fired is not None and instant >= one.fired
                        labels = {"alertname": rule.rule.name, **dict(alert.labels)}
                        labels["alertstate"] = "firing" if firing else "pending"
                        states[instant].add(tuple(sorted(labels.items())))
    return states


def of_proven(states: States, outcome: Outcome) -> States:
    """Without the alerts of rules that could not be judged."""
    unproven = [{"alertname": one.rule.name, **one.rule.labels}.items() for one in outcome.unproven]
    return {
        instant: {one for one in each if not any(of <= dict(one).items() for of in unproven)}
        for instant, each in states.items()
    }


async def judged(source: History | Live | Recomputed, ran: Ran) -> tuple[Outcome, Any]:
    """The outcome, and what the history itself stored of the alerts."""
    asked = Asked(length=3_600_000, last=ran.last)
    done: Backtest
    async with source.backtest(ran.rules, asked, lambda *_: None) as done:
        return done.outcome, await done.server.at("ALERTS[1h]", ran.last)


async def over_snapshot(programs: Programs, ran: Ran) -> tuple[Outcome, Any]:
    """Judge the snapshot."""
    async with open_history(programs, snapshot=ran.snapshot) as history:
        return await judged(history, ran)


def differences(outcome: Outcome, found: list[dict[str, Any]], last: int) -> dict[int, Any]:
    """Instants at which run and backtest disagree, with what only one of them has."""
    run = of_proven(stored(found, last), outcome)
    ours = states_of(outcome, sorted(run))
    return {one: ours[one] ^ run[one] for one in run if ours[one] != run[one]}


def test_a_snapshots_backtest_is_what_the_run_had(programs: Programs, ran: Ran) -> None:
    """At every evaluation of the run the same alerts were pending and firing."""
    outcome, found = asyncio.run(over_snapshot(programs, ran))
    run = stored(found, ran.last)
    assert len(run) >= ENOUGH
    assert [one.rule for one in outcome.unproven if "slo" in one.rule.labels] == []
    names = {dict(one)["alertname"] for each in run.values() for one in each}
    assert names >= {"SLOBurnRateFast", "AIExecutionErrorRateHigh", "MetricsEndpointDown"}
    burnt = {dict(one).get("slo") for each in run.values() for one in each if set(one) >= FAST}
    assert burnt >= {"execution-success", "pipeline-success", "selector-availability"}
    assert differences(outcome, found, ran.last) == {}


def test_a_live_backtest_over_stored_series_is_what_the_run_had(ran: Ran) -> None:
    """Asked over HTTP, the running server's stored series give the same."""
    outcome, found = asyncio.run(judged(Live(ran.live.url), ran))
    assert any("taken as the server stored them" in one for one in outcome.notes)
    assert differences(outcome, found, ran.last) == {}


def test_a_live_backtest_that_recomputes_is_what_the_run_had(programs: Programs, ran: Ran) -> None:
    """From raw series alone, read from the running server, recorded ones come out the same."""
    with tempfile.TemporaryDirectory() as folder:
        source = Recomputed(programs, ran.live.url, Path(folder))
        outcome, found = asyncio.run(judged(source, ran))
    assert any("computed anew" in one for one in outcome.notes)
    assert differences(outcome, found, ran.last) == {}
