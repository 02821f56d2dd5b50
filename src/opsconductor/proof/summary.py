"""What a run has shown, in figures: the verdict on each alert, and on all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from opsconductor.monitoring.mutation.mutants import Mutant
from opsconductor.monitoring.mutation.rule_file import FileRule
from opsconductor.proof.equivalents import MOST, Sorted
from opsconductor.proof.proving import Course
from opsconductor.proof.routing import Routing

LEAST = 0.97
"""The share of the mutants, equivalents left out, that stories must catch."""
RECORDED = "recorded series"


class Verdict(StrEnum):
    """What can be said of an alert."""

    PROVEN = "proven"
    SELF_CONSISTENT = "self-consistent"
    UNPROVEN = "unproven"


@dataclass(frozen=True, slots=True)
class Line:
    """One alert, all its rules together; `why` is empty where nothing is amiss."""

    name: str
    rules: int
    stories: int
    mutants: int
    killed: int
    equivalent: int
    verdict: Verdict
    why: str


@dataclass(frozen=True, slots=True)
class Summary:
    """The whole run. `survivors` have no excuse; `equivalents` have a reason, by mutant.

    A run that is not `whole` is about some of the alerts.
    """

    lines: tuple[Line, ...]
    stories: int
    mutants: int
    killed: int
    refused: int
    redundant: int
    survivors: Sequence[str]
    equivalents: Mapping[str, str]
    complaints: Sequence[str]
    routing: Routing | None
    own: bool
    whole: bool

    @property
    def rate(self) -> float:
        """The share of all mutants that were caught."""
        return self.killed / self.mutants if self.mutants else 0.0

    @property
    def rate_without_equivalents(self) -> float:
        """The same of those that are no equivalents: it has to be `LEAST`."""
        judged = self.mutants - len(self.equivalents)
        return self.killed / judged if judged else 0.0

    @property
    def ok(self) -> bool:
        """Whether everything is proven that there is.

        Scenarios made from a rule itself are not there to catch slips in it, so of others' rules
        no rate is demanded.
        """
        enough = self.rate_without_equivalents >= LEAST or not self.own
        judged = all(line.verdict is not Verdict.UNPROVEN for line in self.lines)
        right = self.routing is None or self.routing.right
        return enough and judged and right and not self.complaints


def summary(  # noqa: PLR0913  what a summary is made of
    course: Course,
    told: Sorted,
    routing: Routing | None,
    *,
    own: bool,
    whole: bool = True,
    untold: Mapping[str, str] | None = None,
) -> Summary:
    """`own` rules have stories from intent; of others, `untold` says why one has none.

    How many equivalents there may be is a share of all mutants: of some rules it is not judged.
    """
    excused = set(told.equivalent)
    lines = tuple(_lines(course, excused, untold or {}, own=own))
    survivors = [one.name for one in course.survivors if one.name not in excused]
    return Summary(
        lines=lines,
        stories=len(course.stories),
        mutants=len(course.mutants),
        killed=len(course.killed),
        refused=len(course.refused),
        redundant=len(course.redundant),
        survivors=survivors,
        equivalents=told.equivalent,
        complaints=tuple(_complaints(course, told, whole=whole)),
        routing=routing,
        own=own,
        whole=whole,
    )


def _complaints(course: Course, told: Sorted, *, whole: bool) -> list[str]:
    found = [f"{name}: no equivalent, {what}" for name, what in told.unmasked.items()]
    found += [
        f"the list of equivalents names {one.what!r} of {one.rule}, and no such mutant survived; "
        "remove the entry"
        for one in told.stale
    ]
    share = len(told.equivalent) / len(course.mutants) if course.mutants else 0.0
    if whole and share > MOST:
        found.append(f"{share:.1%} of the mutants are called equivalent; at most {MOST:.0%} may be")
    if not course.mutants and course.stories:
        found.append("the rules have no mutants, so nothing was tried")
    if not course.stories:
        found.append("no scenario was played, so nothing was tried")
    return found


def _lines(
    course: Course, excused: set[str], untold: Mapping[str, str], *, own: bool
) -> list[Line]:
    names = dict.fromkeys(rule.alert or RECORDED for rule in course.rules)
    return [
        _line(name, course, [r for r in course.rules if (r.alert or RECORDED) == name], excused,
              untold, own=own)
        for name in names
    ]  # fmt: skip


def _line(  # noqa: PLR0913  what a line is made of
    name: str,
    course: Course,
    rules: Sequence[FileRule],
    excused: set[str],
    untold: Mapping[str, str],
    *,
    own: bool,
) -> Line:
    keys = {rule.key for rule in rules}
    ours = [one for one in course.mutants if one.rule.key in keys]
    stories = [
        one
        for one in course.stories
        if (name in one.alerts if name != RECORDED else one.scenario.values)
    ]
    why = _why(name, course, rules, untold)
    fine = Verdict.PROVEN if own or name == RECORDED else Verdict.SELF_CONSISTENT
    return Line(
        name=name,
        rules=len(rules),
        stories=len(stories),
        mutants=len(ours),
        killed=sum(one.name in course.killed for one in ours),
        equivalent=sum(one.name in excused for one in ours),
        verdict=Verdict.UNPROVEN if why else fine,
        why=why,
    )


def _why(name: str, course: Course, rules: Sequence[FileRule], untold: Mapping[str, str]) -> str:
    """Why the alert is not proven; "" where it is."""
    for rule in rules:
        if rule.key in untold:
            return f"{rule.key}: {untold[rule.key]}"
    for story in course.stories:
        told_of = name in story.alerts or (name == RECORDED and story.scenario.values)
        if told_of and story.scenario.name in course.failed:
            return f"{story.scenario.name}: {course.failed[story.scenario.name]}"
    for rule in rules:
        if rule.alert and not _seen_firing(rule, course):
            return f"{rule.key}: no scenario sees it firing"
        if rule.record and not _any_killed(rule, course.mutants, course.killed):
            return f"{rule.key}: no scenario looks at it"
    return ""


def _seen_firing(rule: FileRule, course: Course) -> bool:
    """Whether a story that went well has the rule firing, with all the labels that it sets."""
    fixed = {label: value for label, value in rule.labels.items() if "{{" not in value}
    return any(
        check.alert == rule.alert
        and any(
            fixed.items() <= firing.labels.items() and rule.labels.keys() <= firing.labels.keys()
            for firing in check.firing
        )
        for story in course.stories
        if story.scenario.name not in course.failed
        for check in story.scenario.checks
    )


def _any_killed(rule: FileRule, mutants: Sequence[Mutant], killed: Mapping[str, object]) -> bool:
    ours = [one for one in mutants if one.rule.key == rule.key]
    return not ours or any(one.name in killed for one in ours)
