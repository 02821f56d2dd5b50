"""The table of sentences, read from its file."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_TABLE = tomllib.loads((Path(__file__).parent / "sentences.toml").read_text(encoding="utf-8"))

Stage = Mapping[str, str | int]
"""What stands for the {names} of the table."""


@dataclass(frozen=True)
class Expected:
    """One sentence and what should come of it; see the table for the fields."""

    sentence: str
    steps: tuple[Mapping[str, Any], ...] = ()
    says: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    reason: str = ""

    def on(self, stage: Stage) -> "Expected":
        """The same with the {names} filled in; a parameter that is a name alone keeps its type."""
        return Expected(
            self.sentence.format_map(stage),
            tuple({k: _filled(v, stage) for k, v in step.items()} for step in self.steps),
            tuple(text.format_map(stage) for text in self.says),
            self.missing,
            self.reason,
        )


def _filled(value: Any, stage: Stage) -> Any:
    if not isinstance(value, str):
        return value
    name = value.removeprefix("{").removesuffix("}")
    return stage[name] if value == f"{{{name}}}" else value.format_map(stage)


def _read(kind: str) -> tuple[Expected, ...]:
    return tuple(
        Expected(
            row["sentence"],
            tuple(row.get("steps", ())),
            tuple(row.get("says", ())),
            tuple(row.get("missing", ())),
            row.get("reason", ""),
        )
        for row in _TABLE[kind]
    )


ANSWERED, ASKED_BACK, DECLINED = _read("answered"), _read("asked_back"), _read("declined")
