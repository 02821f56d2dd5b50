"""The work of `opsconductor prove`: rules, stories, mutants, routes, and the verdict."""

import asyncio
import hashlib
import json
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from opsconductor.cli.file_text import file_text
from opsconductor.cli.prove_report import as_document, print_report
from opsconductor.monitoring.documents import documents
from opsconductor.monitoring.mutation.rule_file import FileRule, behind, rules
from opsconductor.monitoring.routing import Labels
from opsconductor.monitoring.routing import own as own_labels
from opsconductor.monitoring.scenarios import from_rule
from opsconductor.monitoring.scenarios.catalogue import stories
from opsconductor.monitoring.scenarios.story import Story
from opsconductor.monitoring.scenarios.timeline import Clock
from opsconductor.proof.equivalents import Sorted, entries, told_apart
from opsconductor.proof.proving import Course, Engine, StoriesError, prove
from opsconductor.proof.proving import Progress as Step
from opsconductor.proof.routing import Routing, routing
from opsconductor.proof.rule_tests import RuleTests
from opsconductor.proof.summary import Summary, summary
from opsconductor.proof.verdicts import Verdicts
from opsconductor.settings import Settings, load
from opsconductor.stack.programs import Programs, locate
from opsconductor.stack.slo_files import read_slos

RULES = "prometheus/rules.yml"
WIDTH = 110
"""Of the table where no terminal says how wide it is."""
LEFT_OPEN_SINCE = 3
"""The major version of Prometheus whose ranges no longer hold a sample at their beginning."""


@dataclass(frozen=True, slots=True)
class Job:
    """What the command line asks for."""

    files: tuple[Path, ...]
    alerts: tuple[str, ...]
    routing: bool


def run(job: Job, *, as_json: bool) -> bool:
    """Prove and print; whether all is proven."""
    settings, console = load(), Console(stderr=True)
    programs = locate(settings, console.print)
    found = _foreign(job, settings, programs) if job.files else _own(job, settings, programs)
    good = all(one.ok for one in found.values())
    if as_json:
        told = {name: as_document(one) for name, one in found.items()}
        print(json.dumps({"ok": good, "files": told}, indent=2))  # noqa: T201  the output
    else:
        for name, one in found.items():
            print_report(Console(width=None if sys.stdout.isatty() else WIDTH), name, one)
    return good


def _own(job: Job, settings: Settings, programs: Programs) -> dict[str, Summary]:
    promtool = RuleTests(programs.promtool.command)
    version = promtool.version()
    texts = read_slos(settings.alerting.slo_dir)
    source = documents(settings, texts, grafana=False)[RULES]
    every = rules(source, RULES)
    told = stories(settings, texts, left_open=_left_open(version))
    if job.alerts:
        every, told = _only(job.alerts, every, told)
    verdicts = Verdicts(settings.state / "prove" / "verdicts.json", version)
    interval = round(settings.prometheus.rule_interval_seconds)
    engine = Engine(promtool, verdicts, os.cpu_count() or 1)
    course = _proven(every, told, interval, engine)
    clock = Clock(interval=interval, meant=interval, left_open=_left_open(version))
    listed = [one for one in entries() if not job.alerts or _about(one.rule, every)]
    apart = told_apart(course.survivors, listed, every, clock, engine)
    routes = None
    if job.routing and not job.alerts:
        labels = own_labels((rule.alert, rule.labels) for rule in every if rule.alert)
        routes = _routed(settings, labels, programs, verdicts)
    # A run over all is all that anybody asks for; what it did not need is out of date.
    verdicts.save(forget=routes is not None)
    return {"our rules": summary(course, apart, routes, own=True, whole=not job.alerts)}


def _about(pattern: str, every: Sequence[FileRule]) -> bool:
    """Whether an entry can be about the chosen rules; one that cannot is not stale."""
    name = pattern.partition("{")[0].partition("*")[0]
    return any(rule.name.startswith(name) and rule.alert for rule in every)


def _only(
    alerts: Sequence[str], every: Sequence[FileRule], told: Sequence[Story]
) -> tuple[tuple[FileRule, ...], tuple[Story, ...]]:
    known = {rule.alert for rule in every if rule.alert}
    for alert in alerts:
        if alert not in known:
            raise StoriesError(f"no alert is called {alert}; there are {', '.join(sorted(known))}")
    kept = behind([rule for rule in every if rule.alert in alerts], every)
    names = {rule.record for rule in kept if rule.record}
    return kept, tuple(
        story
        for story in told
        if story.alerts & set(alerts)
        or (
            story.scenario.values
            and all(value.expression.partition("{")[0] in names for value in story.scenario.values)
        )
    )


def _left_open(version: str) -> bool:
    found = re.search(r"version (\d+)\.", version)
    return found is not None and int(found[1]) >= LEFT_OPEN_SINCE


def _foreign(job: Job, settings: Settings, programs: Programs) -> dict[str, Summary]:
    promtool = RuleTests(programs.promtool.command)
    version = promtool.version()
    verdicts = Verdicts(settings.state / "prove" / "foreign.json", version)
    engine = Engine(promtool, verdicts, os.cpu_count() or 1)
    clock = Clock(left_open=_left_open(version))
    found = {}
    for file in job.files:
        source = file_text(file)
        every = rules(source, str(file))
        told: list[Story] = []
        untold: dict[str, str] = {}
        for rule in every:
            try:
                told += from_rule.stories(rule, clock) if rule.alert else ()
            except from_rule.ShapeError as error:
                untold[rule.key] = str(error)
        course = _proven(every, told, clock.interval, engine) if told else Course(every, (), ())
        found[str(file)] = summary(course, Sorted({}, {}, ()), None, own=False, untold=untold)
    verdicts.save()
    return found


def _proven(
    every: Sequence[FileRule],
    told: Sequence[Story],
    interval: float,
    engine: Engine,
) -> Course:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("scenarios, {task.fields[alive]} mutants not caught yet"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("proving", total=len(told), alive="-")

        def report(step: Step) -> None:
            progress.update(task, completed=step.done, alive=step.alive)

        return prove(every, told, interval, engine, report)


def _routed(
    settings: Settings, labels: Sequence[Labels], programs: Programs, verdicts: Verdicts
) -> Routing:
    """Tried anew unless the same configuration was found right before."""
    config = documents(settings, read_slos(settings.alerting.slo_dir), grafana=False)
    content = [config["alertmanager/alertmanager.yml"], labels, programs.alertmanager.command]
    key = f"routing {hashlib.sha256(json.dumps(content).encode()).hexdigest()}"
    known = verdicts.get([key])
    if key in known:
        return TypeAdapter(Routing).validate_json(known[key])
    with Console(stderr=True).status("routes, inhibition and delivery"):
        found = asyncio.run(routing(settings, labels, programs))
    if found.right:
        verdicts.add({key: json.dumps(asdict(found))})
    return found
