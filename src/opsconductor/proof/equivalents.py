"""Mutants that change nothing: listed by hand with the reason, and tried on random traffic.

A list is easily too generous. So each entry must name a mutant that survived, the list may hold
only a small share of all mutants, and each mutant on it runs beside the original through random
traffic: where the two differ, it was no equivalent.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from opsconductor.monitoring.mutation.error import ProofError
from opsconductor.monitoring.mutation.judging import differences, refused
from opsconductor.monitoring.mutation.mutants import Mutant
from opsconductor.monitoring.mutation.playing import Played
from opsconductor.monitoring.mutation.random_traffic import random_scenario
from opsconductor.monitoring.mutation.rule_file import FileRule, behind
from opsconductor.monitoring.scenarios.timeline import Clock
from opsconductor.proof.proving import Engine

LIST = Path(__file__).with_name("equivalents.toml")
MOST = 0.03
"""The largest share of all mutants that may be called equivalent."""
SEEDS = (1, 2, 3)
MINUTES = 40.0


class EquivalentsError(ProofError):
    """The list cannot be read; the message names the file."""


@dataclass(frozen=True, slots=True)
class Entry:
    """`rule` is a rule's key, with * for what may differ, and `what` the slip likewise."""

    rule: str
    what: str
    reason: str

    def names(self, mutant: Mutant) -> bool:
        """Whether the entry is about the mutant."""
        return _alike(mutant.rule.key, self.rule) and _alike(mutant.what, self.what)


@dataclass(frozen=True, slots=True)
class Sorted:
    """Survivors told apart: `equivalent` with the reason, `unmasked` with the difference seen.

    `stale` are entries that no survivor bears out.
    """

    equivalent: Mapping[str, str]
    unmasked: Mapping[str, str]
    stale: tuple[Entry, ...]


def _alike(text: str, pattern: str) -> bool:
    # Brackets are meant as they are: windows and keys have them.
    return fnmatchcase(text, pattern.replace("[", "[[]"))


def entries(file: Path = LIST) -> tuple[Entry, ...]:
    """The list. Raises `EquivalentsError`."""
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
        return tuple(
            Entry(rule, what, one["reason"])
            for one in found.get("equivalent", [])
            for rule in one["rules"]
            for what in one["slips"]
        )
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise EquivalentsError(
            f"{file}: cannot be read as a list of equivalents: {error}"
        ) from error


def told_apart(
    survivors: Sequence[Mutant],
    listed: Sequence[Entry],
    rules: Sequence[FileRule],
    clock: Clock,
    engine: Engine,
) -> Sorted:
    """Which survivors are equivalents; each that is listed is tried. Raises `PromtoolError`."""
    reasons: dict[str, str] = {}
    used: set[Entry] = set()
    for mutant in survivors:
        for entry in listed:
            if entry.names(mutant):
                reasons.setdefault(mutant.name, entry.reason)
                used.add(entry)
    tried = [one for one in survivors if one.name in reasons]
    unmasked = _differences(tried, rules, clock, engine)
    return Sorted(
        {name: reason for name, reason in reasons.items() if name not in unmasked},
        unmasked,
        tuple(entry for entry in listed if entry not in used),
    )


def _differences(
    tried: Sequence[Mutant],
    rules: Sequence[FileRule],
    clock: Clock,
    engine: Engine,
) -> Mapping[str, str]:
    """By mutant the difference that random traffic shows; those without one are left out."""
    found: dict[str, str] = {}
    originals = {rule.key: rule for rule in rules}
    for key in dict.fromkeys(one.rule.key for one in tried):
        ours = [one for one in tried if one.rule.key == key]
        readers = [one for one in rules if originals[key].may_be_read_by(one)]
        needed = behind([originals[key], *readers, *(one.rule for one in ours)], rules)
        for seed in SEEDS:
            scenario = random_scenario(needed, clock, MINUTES, seed)
            left = tuple(one for one in ours if one.name not in found)
            said = _differing(Played(scenario, needed, left, clock.interval), engine)
            found |= {name: f"seed {seed}: {what}" for name, what in said.items() if what}
    return found


def _differing(game: Played, engine: Engine) -> Mapping[str, str]:
    if not game.mutants:
        return {}
    verdicts = engine.verdicts
    keys = {name: f"difference {key}" for name, key in verdicts.keys(game).items() if name}
    known = verdicts.get(keys.values())
    if len(known) == len(keys):
        return {name: known[key] for name, key in keys.items()}
    answers = engine.promtool.ask(game)
    said = refused(game, answers) if answers.errors else differences(game, answers)
    verdicts.add({keys[name]: what for name, what in said.items() if name})
    return said
