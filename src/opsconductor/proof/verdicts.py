"""Verdicts on mutants, kept by content: what was asked once of the same promtool is known."""

import hashlib
import inspect
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path

from opsconductor.monitoring import durations, scenario
from opsconductor.monitoring.mutation import answers, judging, playing, rule_file, tree
from opsconductor.monitoring.mutation.mutants import Mutant
from opsconductor.monitoring.mutation.playing import ORIGINAL, Played
from opsconductor.proof import rule_tests


def engine() -> str:
    """A digest of the code that reaches verdicts: another engine, other verdicts."""
    digest = hashlib.sha256()
    for module in (answers, judging, playing, rule_file, tree, durations, scenario, rule_tests):
        digest.update(inspect.getsource(module).encode())
    return digest.hexdigest()


class Verdicts:
    """A file of verdicts; `version` is promtool's.

    A file that cannot be read is as good as none: everything is asked anew.
    """

    def __init__(self, path: Path | None, version: str) -> None:
        self._path = path
        self._known: dict[str, str] = {}
        self._used: set[str] = set()
        self._salt = f"{engine()} {version}"
        if path and path.exists():
            try:
                self._known = dict(json.loads(path.read_text(encoding="utf-8")))
            except (ValueError, TypeError):
                self._known = {}

    def keys(self, played: Played) -> Mapping[str, str]:
        """A key for the rules as they are and for each mutant, by its name."""
        content = {
            "scenario": asdict(played.scenario),
            "rules": [[rule.group, rule.document()] for rule in played.rules],
            "interval": played.interval,
        }
        base = hashlib.sha256(f"{self._salt}{json.dumps(content, default=dict)}".encode())
        return {ORIGINAL: base.hexdigest(), **{m.name: _with(base, m) for m in played.mutants}}

    def get(self, keys: Iterable[str]) -> Mapping[str, str]:
        """The verdicts that are known, by key."""
        found = {key: self._known[key] for key in keys if key in self._known}
        self._used |= found.keys()
        return found

    def add(self, verdicts: Mapping[str, str]) -> None:
        """Remember verdicts by key."""
        self._known |= verdicts
        self._used |= verdicts.keys()

    def save(self, *, forget: bool = False) -> None:
        """Write what is known; with `forget` only what was asked for since the file was read."""
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        kept = {key: self._known[key] for key in sorted(self._used if forget else self._known)}
        draft = self._path.with_suffix(".new")
        draft.write_text(json.dumps(kept), encoding="utf-8")
        draft.replace(self._path)


def _with(base: "hashlib._Hash", mutant: Mutant) -> str:
    digest = base.copy()
    digest.update(f"{mutant.name}{json.dumps(mutant.rule.document())}".encode())
    return digest.hexdigest()
