"""Backtests of samples that a test makes."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.proof.samples import Samples, openmetrics

from opsconductor.monitoring.backtest.outcome import Outcome
from opsconductor.monitoring.backtest.rule_file import rule_groups
from opsconductor.proof.backtest import Asked, RuleSet, open_history
from opsconductor.stack.programs import Programs

Judge = Callable[..., Outcome]
MONTH = 30 * 86_400_000


@pytest.fixture(scope="session")
def judge(programs: Programs, tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """Backtest a rule document over samples that come every `step` seconds."""

    def run(document: Any, samples: Samples, step: float = 30) -> Outcome:
        file = tmp_path_factory.mktemp("history") / "history.om"
        file.write_text(openmetrics(samples, step), encoding="utf-8")
        return asyncio.run(_outcome(programs, document, file))

    return run


async def _outcome(programs: Programs, document: Any, file: Path) -> Outcome:
    groups = rule_groups(yaml.safe_dump(document), "rules.yml", 15_000)
    async with (
        open_history(programs, openmetrics=file) as history,
        history.backtest(
            RuleSet(name="rules.yml", groups=groups), Asked(length=MONTH), lambda *_: None
        ) as done,
    ):
        return done.outcome
