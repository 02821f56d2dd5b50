"""`opsconductor backtest`: what rules would have fired over a history."""

import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import typer
from rich.console import Console

from opsconductor.cli import backtest_picture, backtest_tables
from opsconductor.cli.backtest import FailOn, Format
from opsconductor.cli.errors import ExitCode
from opsconductor.cli.file_text import file_text
from opsconductor.cli.given_prometheus import answered
from opsconductor.monitoring.backtest.budget import Budget, budgets
from opsconductor.monitoring.backtest.comparison import AlertComparison, compare, disagreements
from opsconductor.monitoring.backtest.error import BacktestError
from opsconductor.monitoring.backtest.incidents import Incident, read_incidents
from opsconductor.monitoring.backtest.outcome import Outcome
from opsconductor.monitoring.backtest.report import document
from opsconductor.monitoring.backtest.rule_file import RuleGroup, rule_groups
from opsconductor.monitoring.backtest.scoring import Scores, Told, scores
from opsconductor.monitoring.rules import rules_document
from opsconductor.monitoring.yaml_text import yaml_text
from opsconductor.proof.backtest import (
    Asked,
    Backtest,
    History,
    Live,
    Recomputed,
    RuleSet,
    open_history,
)
from opsconductor.proof.budget_spent import budget_spent
from opsconductor.proof.evaluation import Progress
from opsconductor.proof.promtool import check_rules
from opsconductor.settings import Settings, load
from opsconductor.stack.programs import Programs, locate
from opsconductor.stack.slo_files import read_slos

DAY = 86_400_000
OURS = "the rules of these settings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """The options, as they were given; exactly one source, or none for our own Prometheus."""

    prometheus: str | None
    snapshot: Path | None
    openmetrics: Path | None
    rules: tuple[Path, ...]
    against: tuple[Path, ...]
    incidents: Path | None
    days: float
    begin: str | None
    end: str | None
    recompute: bool
    picture: Path | None


@dataclass(frozen=True, slots=True)
class _Judged:
    """One set of rules: what it did, and how that stands to the incidents."""

    outcome: Outcome
    scores: Scores | None


def run(job: Job, shown: Format, fail_on: frozenset[FailOn]) -> ExitCode:
    """Judge, print and choose the exit code. Raises `BacktestError` on wrong input."""
    settings = load()
    programs = locate(settings, lambda line: typer.echo(line, err=True))
    judged, compared = answered(_run(job, settings, programs), job.prometheus)
    if shown is Format.JSON:
        found = [(one.outcome, one.scores) for one in judged]
        typer.echo(json.dumps(document(found, compared), indent=2))
    else:
        console = Console(highlight=False)
        for one in judged:
            backtest_tables.show(console, one.outcome, one.scores)
        if job.against:
            backtest_tables.show_comparison(console, judged[0].outcome, judged[1].outcome, compared)
    return _exit_code(judged, compared, fail_on)


async def _run(
    job: Job, settings: Settings, programs: Programs
) -> tuple[list[_Judged], tuple[AlertComparison, ...]]:
    incidents, asked = _incidents(job.incidents), _asked(job)
    sets = [await _rule_set(programs, settings, job.rules)]
    if job.against:
        sets.append(await _rule_set(programs, settings, job.against))
    _require_known_alerts(incidents, sets)
    judged = []
    async with AsyncExitStack() as stack:
        source = await _source(job, settings, programs, stack)
        for number, rules in enumerate(sets):
            picture = job.picture if number == 0 else None
            done = await stack.enter_async_context(
                source.backtest(rules, asked, _progress(rules.name))
            )
            judged.append(await _judged(done, settings, incidents, picture))
    return judged, compare(judged[0].outcome, judged[1].outcome) if job.against else ()


async def _source(
    job: Job, settings: Settings, programs: Programs, stack: AsyncExitStack
) -> History | Live | Recomputed:
    given = [one for one in (job.prometheus, job.snapshot, job.openmetrics) if one is not None]
    if len(given) > 1:
        raise BacktestError("give one of --prometheus, --snapshot and --openmetrics, not several")
    if job.snapshot or job.openmetrics:
        if job.recompute:
            raise BacktestError(
                "--recompute is for --prometheus; over files recorded series always are computed"
            )
        opened = open_history(programs, snapshot=job.snapshot, openmetrics=job.openmetrics)
        return await stack.enter_async_context(opened)
    url = job.prometheus or settings.loopback_url(settings.prometheus.port)
    if not job.recompute:
        return Live(url)
    folder = tempfile.TemporaryDirectory(prefix="opsconductor-backtest-")
    return Recomputed(programs, url, Path(stack.enter_context(folder)))


async def _judged(
    done: Backtest, settings: Settings, incidents: Sequence[Incident], picture: Path | None
) -> _Judged:
    found = None
    if incidents:
        found = await budget_spent(done, scores(done.outcome, incidents), _budgets(settings))
    if picture is not None:
        await backtest_picture.write(picture, done, incidents)
    return _Judged(done.outcome, found)


def _budgets(settings: Settings) -> Mapping[str, Budget]:
    return budgets(settings, read_slos(settings.alerting.slo_dir))


async def _rule_set(programs: Programs, settings: Settings, files: Sequence[Path]) -> RuleSet:
    interval = round(settings.prometheus.evaluation_interval_seconds * 1000)
    if not files:
        text = yaml_text(rules_document(settings, read_slos(settings.alerting.slo_dir)))
        return RuleSet(name=OURS, groups=rule_groups(text, "rules.yml", interval))
    groups: list[RuleGroup] = []
    for file in files:
        groups += rule_groups(file_text(file), str(file), interval)
    await check_rules(programs.promtool, files)
    return RuleSet(name=", ".join(str(file) for file in files), groups=tuple(groups))


def _require_known_alerts(incidents: Sequence[Incident], sets: Sequence[RuleSet]) -> None:
    known = {rule.name for one in sets for group in one.groups for rule in group.rules}
    for incident in incidents:
        unknown = [name for name in incident.alerts if name not in known]
        if unknown:
            raise BacktestError(
                f"the incident {incident.name!r} expects {unknown[0]}, and no rule has that name"
            )


def _incidents(file: Path | None) -> tuple[Incident, ...]:
    return () if file is None else read_incidents(file_text(file), str(file))


def _asked(job: Job) -> Asked:
    if job.days <= 0:
        raise BacktestError("--days must be above 0")
    first, last = _time("--from", job.begin), _time("--to", job.end)
    if first is not None and last is not None and first >= last:
        raise BacktestError("--from must be before --to")
    return Asked(length=round(job.days * DAY), first=first, last=last)


def _time(option: str, text: str | None) -> int | None:
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise BacktestError(f"{option}: {text!r} is no time such as 2026-01-03T10:00:00Z") from None
    aware = found if found.tzinfo else found.replace(tzinfo=UTC)
    return round(aware.timestamp() * 1000)


def _progress(name: str) -> Progress:
    """On a terminal, a line of its own that is written over."""

    def show(done: int, total: int) -> None:
        if sys.stderr.isatty():
            end = "\n" if done == total else ""
            sys.stderr.write(f"\r{name}: {done} of {total} parts of the history{end}")
            sys.stderr.flush()

    return show


def _exit_code(
    judged: Sequence[_Judged], compared: Sequence[AlertComparison], fail_on: frozenset[FailOn]
) -> ExitCode:
    failed = not all(one.outcome.proven for one in judged) or any(
        reason in fail_on for reason in _reasons(judged, compared)
    )
    return ExitCode.FAILED if failed else ExitCode.OK


def _reasons(judged: Sequence[_Judged], compared: Sequence[AlertComparison]) -> Iterator[FailOn]:
    for one in judged:
        incidents = one.scores.incidents if one.scores else ()
        if one.outcome.unproven or any(each.told is Told.UNPROVEN for each in incidents):
            yield FailOn.UNPROVEN
        if any(each.told is Told.MISSED for each in incidents):
            yield FailOn.MISSED
        if one.scores and any(each.false for each in one.scores.alerts):
            yield FailOn.FALSE
    if disagreements(compared):
        yield FailOn.DIFFERENCE
