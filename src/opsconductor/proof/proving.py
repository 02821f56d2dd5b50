"""Stories played to rules and to every mutant of them, cheap ones first, several at once."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from opsconductor.monitoring.mutation.error import ProofError
from opsconductor.monitoring.mutation.judging import refused
from opsconductor.monitoring.mutation.judging import verdicts as judged
from opsconductor.monitoring.mutation.mutants import Mutant, slips
from opsconductor.monitoring.mutation.playing import ORIGINAL, Played, played
from opsconductor.monitoring.mutation.rule_file import FileRule
from opsconductor.monitoring.scenarios.story import Story
from opsconductor.proof.promtool import PromtoolError
from opsconductor.proof.rule_tests import RuleTests
from opsconductor.proof.verdicts import Verdicts

AHEAD = 4
"""Games that are begun before the results of those before them are known."""
ROUNDS = 20
"""So often a scenario is played again without the mutants that Prometheus cannot evaluate."""


class StoriesError(ProofError):
    """The stories do not fit the rules; the message says which."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is: stories played of all, and mutants that nothing has caught yet."""

    done: int
    stories: int
    alive: int
    mutants: int


Report = Callable[[Progress], None]


@dataclass(slots=True)
class Course:
    """What has been found: stories that the rules fail, and the mutants that were caught.

    `failed` has what went wrong by a story's name; `killed` by a mutant's name the story that
    caught it and what it saw; `refused` are mutants that Prometheus does not even load, and
    `redundant` slips that change nothing whatever happens.
    """

    rules: tuple[FileRule, ...]
    stories: tuple[Story, ...]
    mutants: tuple[Mutant, ...]
    refused: tuple[Mutant, ...] = ()
    redundant: tuple[Mutant, ...] = ()
    failed: dict[str, str] = field(default_factory=dict)
    killed: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def survivors(self) -> tuple[Mutant, ...]:
        """The mutants that no story caught."""
        return tuple(one for one in self.mutants if one.name not in self.killed)


@dataclass(frozen=True, slots=True)
class Engine:
    """What plays: promtool, the verdicts that are known, and how many scenarios at once."""

    promtool: RuleTests
    verdicts: Verdicts
    workers: int


def prove(
    rules: Sequence[FileRule],
    stories: Sequence[Story],
    interval: float,
    engine: Engine,
    report: Report = lambda _: None,
) -> Course:
    """Play every story. Raises `StoriesError` and `PromtoolError`."""
    _fit(rules, stories)
    found = slips(rules)
    alive, stillborn = loadable(found.mutants, rules, engine.promtool)
    course = Course(tuple(rules), tuple(stories), alive, stillborn, found.redundant)
    games = _cheap_first(rules, stories, alive, interval)
    try:
        _play_all(course, games, engine, report)
    finally:
        engine.verdicts.save()
    return course


def _fit(rules: Sequence[FileRule], stories: Sequence[Story]) -> None:
    """A story about an alert that does not exist would be told in vain: it is silent for ever."""
    if not stories:
        raise StoriesError("there is no scenario at all, so nothing can be proven")
    names = {rule.alert for rule in rules}
    for story in stories:
        name = story.scenario.name
        if unknown := story.alerts - names:
            raise StoriesError(
                f"the scenario {name!r} is about {min(unknown)}, and no rule has that name"
            )
        if not story.scenario.checks and not story.scenario.values:
            raise StoriesError(f"the scenario {name!r} looks at no alert and at no recorded series")
    names_told = [story.scenario.name for story in stories]
    if twice := {name for name in names_told if names_told.count(name) > 1}:
        raise StoriesError(f"two scenarios have the name {min(twice)!r}")


def loadable(
    every: Iterable[Mutant], rules: Sequence[FileRule], promtool: RuleTests
) -> tuple[tuple[Mutant, ...], tuple[Mutant, ...]]:
    """The mutants that Prometheus loads, and those that it refuses."""
    if said := promtool.check_rules(_document(rules)):
        raise PromtoolError(f"promtool refuses the rules: {said}")
    rest = tuple(every)
    names = {f"mutant:{number}": one for number, one in enumerate(rest)}
    copies = [
        replace(one.rule, record=name) if one.rule.record else replace(one.rule, alert=name)
        for name, one in names.items()
    ]
    said = promtool.check_rules(_document(copies))
    stillborn = {one.name for name, one in names.items() if f'"{name}"' in said}
    if said and not stillborn:
        raise PromtoolError(f"promtool refuses the mutants without naming one: {said}")
    return (
        tuple(one for one in rest if one.name not in stillborn),
        tuple(one for one in rest if one.name in stillborn),
    )


def _document(rules: Iterable[FileRule]) -> Mapping[str, object]:
    groups: dict[str, list[object]] = {}
    for rule in rules:
        groups.setdefault(rule.group, []).append(rule.document())
    return {"groups": [{"name": name, "rules": made} for name, made in groups.items()]}


def _cheap_first(
    rules: Sequence[FileRule], stories: Sequence[Story], every: Sequence[Mutant], interval: float
) -> list[Played]:
    games = [played(story.scenario, rules, every, interval) for story in stories]
    return sorted(games, key=lambda game: (bool(game.scenario.checks), _cost(game)))


def _cost(game: Played) -> float:
    """About how long it takes; stories of recorded series come first, for they catch the most."""
    end = max(
        [check.minute for check in game.scenario.checks]
        + [value.minute for value in game.scenario.values]
    )
    return end * (len(game.rules) + len(game.scenario.series))


def _play_all(course: Course, games: Sequence[Played], engine: Engine, report: Report) -> None:
    """Each game is spared the mutants that games well before it caught.

    Which ones those are must not depend on how fast each is, or a second run would ask for what
    the first one did not need to know: results count in the games' order, `AHEAD` games late.
    """
    running: deque[Future[tuple[Played, Mapping[str, str]]]] = deque()
    with ThreadPoolExecutor(engine.workers) as pool:
        for done, game in enumerate([*games, *[None] * AHEAD], 1 - AHEAD):
            if len(running) == AHEAD or (game is None and running):
                _note(course, *running.popleft().result())
                alive = len(course.mutants) - len(course.killed)
                report(Progress(done, len(games), alive, len(course.mutants)))
            if game is not None:
                left = tuple(one for one in game.mutants if one.name not in course.killed)
                running.append(pool.submit(_play, replace(game, mutants=left), engine))


def _note(course: Course, game: Played, said: Mapping[str, str]) -> None:
    name = game.scenario.name
    if said[ORIGINAL]:
        course.failed[name] = said[ORIGINAL]
        return
    for mutant in game.mutants:
        if said[mutant.name]:
            course.killed.setdefault(mutant.name, (name, said[mutant.name]))


def _play(game: Played, engine: Engine) -> tuple[Played, Mapping[str, str]]:
    verdicts = engine.verdicts
    keys = verdicts.keys(game)
    known = verdicts.get(keys.values())
    said = {name: known[key] for name, key in keys.items() if key in known}
    new = tuple(one for one in game.mutants if one.name not in said)
    if new or ORIGINAL not in said:
        fresh = dict(_judged(replace(game, mutants=new), engine.promtool))
        verdicts.add({keys[name]: verdict for name, verdict in fresh.items()})
        said |= fresh
    return game, said


def _judged(game: Played, promtool: RuleTests) -> Iterator[tuple[str, str]]:
    """Verdicts; what cannot be evaluated is one too, and the rest is played again without it."""
    for _ in range(ROUNDS):
        found = promtool.ask(game)
        if not found.errors:
            yield from judged(game, found).items()
            return
        wrong = refused(game, found)
        if ORIGINAL in wrong or not wrong:
            error = wrong.get(ORIGINAL) or next(iter(found.errors.values()))
            yield ORIGINAL, f"the rules cannot be evaluated: {error}"
            yield from ((one.name, "") for one in game.mutants)
            return
        yield from ((name, f"cannot be evaluated: {error}") for name, error in wrong.items())
        game = replace(game, mutants=tuple(m for m in game.mutants if m.name not in wrong))
    raise PromtoolError(f"{game.scenario.name}: always another mutant that cannot be evaluated")
