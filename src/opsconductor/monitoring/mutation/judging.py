"""What promtool answered of a played scenario, held against what must follow."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from opsconductor.monitoring.mutation.answers import Answers, Fired, Labels
from opsconductor.monitoring.mutation.playing import MUTANT, ORIGINAL, Played, alert_of, original
from opsconductor.monitoring.mutation.rule_file import FileRule
from opsconductor.monitoring.scenario import MINUTE, Check, Firing, series_labels

NOTHING: Labels = frozenset()
TOLERANCE, NEARLY_ZERO = 1e-6, 1e-12
"""Relative, and absolute: a sum of floating-point numbers depends on the order of its terms."""


def verdicts(game: Played, found: Answers) -> dict[str, str]:
    """By mutant the first thing in which it departs from what must follow; "" where nothing.

    The entry of `ORIGINAL` is what the rules themselves do wrong.
    """
    originals = game.copies[ORIGINAL]
    said: dict[str, str] = {}
    for mutant, rules in game.copies.items():
        replaced = {original(rule.alert) for rule in rules if rule.alert}
        kept = [rule for rule in originals if rule.alert not in replaced]
        judged = [*kept, *rules] if mutant else list(originals)
        said[mutant] = _alerts(game, judged, found) or _values(game, mutant, found)
    return said


def differences(game: Played, found: Answers) -> dict[str, str]:
    """By mutant the first thing in which it differs from the rules as they are; "" if none."""
    said: dict[str, str] = {}
    for mutant in game.mutants:
        copies = {original(rule.alert): rule for rule in game.copies[mutant.name] if rule.alert}
        said[mutant.name] = _other_alerts(game, copies, found) or _other_values(
            game, mutant.name, found
        )
    return said


def _alerts(game: Played, judged: Sequence[FileRule], found: Answers) -> str:
    for check in game.scenario.checks:
        got: list[Fired] = []
        for rule in judged:
            if rule.alert and alert_of(rule.alert) == check.alert:
                got += found.alerts[rule.alert, check.minute * MINUTE]
        if any(firing.annotations is None for firing in check.firing):
            got = [replace(one, annotations=NOTHING) for one in got]
        if Counter(got) != Counter(map(_expected, check.firing)):
            return _difference(check, got)
    return ""


def _values(game: Played, mutant: str, found: Answers) -> str:
    for value in game.scenario.values:
        spellings = game.spelt[value.expression]
        expression = spellings.get(mutant, spellings[ORIGINAL])
        got = found.samples[expression, value.minute * MINUTE]
        wanted = {series_labels(name): number for name, number in value.samples.items()}
        if not _same(wanted, {_unsuffixed(labels): each for labels, each in got.items()}):
            return f"at {value.minute:g} min {value.expression} is {_shown(got)}"
    return ""


def _other_alerts(game: Played, copies: Mapping[str, FileRule], found: Answers) -> str:
    for name, rule in copies.items():
        for minute in game.instants[alert_of(name)]:
            before = found.alerts[name, minute * MINUTE]
            if Counter(before) != Counter(found.alerts[rule.alert, minute * MINUTE]):
                return f"at {minute:g} min {alert_of(name)} differs"
    return ""


def _other_values(game: Played, mutant: str, found: Answers) -> str:
    for value in game.scenario.values:
        spelt, at = game.spelt[value.expression], value.minute * MINUTE
        if mutant in spelt:
            before, after = found.samples[spelt[ORIGINAL], at], found.samples[spelt[mutant], at]
            if not _same(before, {_unsuffixed(each): n for each, n in after.items()}):
                return f"at {value.minute:g} min {value.expression} differs"
    return ""


def refused(game: Played, found: Answers) -> dict[str, str]:
    """By mutant, or `ORIGINAL`, why Prometheus cannot evaluate it on this scenario."""
    return {
        mutant: found.errors[rule.name]
        for mutant, rules in game.copies.items()
        for rule in rules
        if rule.name in found.errors
    }


def _expected(firing: Firing) -> Fired:
    said = frozenset((firing.annotations or {}).items())
    return Fired(frozenset(firing.labels.items()), said)


def _difference(check: Check, got: Sequence[Fired]) -> str:
    wanted = Counter(map(_expected, check.firing))
    at = f"at {check.minute:g} min {check.alert}"
    if not got:
        return f"{at} is silent and must fire"
    if not wanted:
        return f"{at} fires and must be silent"
    if Counter(each.labels for each in got) != Counter(each.labels for each in wanted.elements()):
        return f"{at} fires with other labels: {_labels(got)}; must be {_labels(list(wanted))}"
    said = next(each for each in got if each not in wanted)
    return f"{at} says something else: {dict(said.annotations)}"


def _labels(fired: Sequence[Fired]) -> str:
    return " and ".join(str(dict(sorted(each.labels))) for each in fired)


def _same(wanted: Mapping[Labels, float], got: Mapping[Labels, float]) -> bool:
    return wanted.keys() == got.keys() and all(
        math.isclose(number, got[labels], rel_tol=TOLERANCE, abs_tol=NEARLY_ZERO)
        for labels, number in wanted.items()
    )


def _unsuffixed(labels: Labels) -> Labels:
    return frozenset(
        (label, value.partition(MUTANT)[0] if label == "__name__" else value)
        for label, value in labels
    )


def _shown(got: Mapping[Labels, float]) -> str:
    return (
        str({str(dict(sorted(labels))): value for labels, value in got.items()})
        if got
        else "absent"
    )
