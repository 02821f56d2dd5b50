"""A history that cannot be judged gets a clear error or the verdict unproven, never an "ok"."""

import asyncio
import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.proof.samples import BASE, climbing, openmetrics

from opsconductor.monitoring.backtest.error import BacktestError
from opsconductor.monitoring.backtest.outcome import Outcome, Verdict
from opsconductor.monitoring.backtest.rule_file import rule_groups
from opsconductor.proof import history as history_module
from opsconductor.proof.backtest import Asked, RuleSet, open_history
from opsconductor.proof.history import import_openmetrics
from opsconductor.proof.promtool import PromtoolError, check_rules
from opsconductor.stack.programs import Program, Programs

pytestmark = pytest.mark.stack
Judge = Callable[..., Outcome]
HOUR = 120
"""Steps of 30 s."""


def rules(*rules: dict[str, Any]) -> Any:
    """A rule document of one group."""
    return {"groups": [{"name": "g", "interval": "30s", "rules": list(rules)}]}


DOWN = {"alert": "Down", "expr": "up == 0"}


def imported(programs: Programs, folder: Path, text: str) -> None:
    """Make blocks of a text."""
    file = folder / "history.om"
    file.write_text(text, encoding="utf-8")
    asyncio.run(import_openmetrics(programs.promtool, file, folder / "blocks"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "does not end with the line `# EOF`"),
        ("up 1 5\n", "does not end with the line `# EOF`"),
        ("# EOF\n", "the history is empty"),
        ("# TYPE up gauge\nup 1 5\nup 1\n# EOF\n", "history.om:3: a sample without a timestamp"),
        ('up 1 5\nup{job="x", a="y"} 1 6\n# EOF\n', "history.om:2: no OpenMetrics sample"),
        ("up 1 5\nup one 6\n# EOF\n", "history.om:2: no number"),
    ],
)
def test_a_wrong_openmetrics_file_is_refused_with_its_line(
    programs: Programs, tmp_path: Path, text: str, said: str
) -> None:
    """Cut off, empty, without times, or not OpenMetrics at all."""
    with pytest.raises(BacktestError) as error:
        imported(programs, tmp_path, text)
    assert said in str(error.value)


def test_a_large_file_is_read_in_pieces_with_the_same_result(
    judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never more than a few pieces lie beside it, and a cut between lines changes nothing."""
    samples = {
        f'up{{instance="{number}"}}': [float((step + number) % 40 > 5) for step in range(4 * HOUR)]
        for number in range(20)
    }
    document = rules({**DOWN, "for": "2m"})
    whole = judge(document, samples)
    monkeypatch.setattr(history_module, "PIECE", 50_000)
    monkeypatch.setattr(history_module, "BLOCK", 7_000)
    pieces = judge(document, samples)
    assert len(openmetrics(samples, 30)) > 5 * 50_000
    assert sum(len(one.firings) for one in whole.rules[0].alerts) > 100
    assert pieces.rules == whole.rules


def test_a_gap_is_reported(judge: Judge) -> None:
    """Half an hour without any sample is named, and the rule's share says what is left."""
    up = [1.0] * HOUR + [None] * 60 + [1.0] * HOUR
    outcome = judge(rules(DOWN), {"up": up})
    (gap,) = outcome.gaps
    assert gap[1] - gap[0] == pytest.approx(30 * 60_000, abs=10 * 60_000)
    (one,) = outcome.rules[0].inputs
    assert 0.75 < one.share < 0.9


def test_a_rule_without_samples_is_unproven(judge: Judge) -> None:
    """Silence over nothing is no silence; absent() over nothing is no alarm."""
    outcome = judge(
        rules({"alert": "A", "expr": "other > 1"}, {"alert": "B", "expr": "absent(other)"}, DOWN),
        {"up": [1.0] * HOUR},
    )
    assert [one.verdict for one in outcome.rules] == [
        Verdict.UNPROVEN, Verdict.UNPROVEN, Verdict.JUDGED,
    ]  # fmt: skip
    assert "no sample of other" in outcome.rules[0].why


def test_a_counter_that_only_falls_is_unproven(judge: Judge) -> None:
    """It is a gauge under a counter's name: each fall would count as a restart."""
    rule = {"alert": "A", "expr": "rate(c_total[5m]) > 1"}
    falling = judge(rules(rule), {"c_total": [float(1000 - step) for step in range(HOUR)]})
    assert falling.rules[0].verdict is Verdict.UNPROVEN
    assert "only falls" in falling.rules[0].why
    restarted = climbing([1.0] * 60) + climbing([1.0] * 60)
    assert judge(rules(rule), {"c_total": restarted}).rules[0].verdict is Verdict.JUDGED


def test_a_rule_that_prometheus_cannot_evaluate_is_unproven(judge: Judge) -> None:
    """Many-to-many matching passes promtool's check and fails at every evaluation."""
    samples = {f'up{{instance="{one}"}}': [1.0] * HOUR for one in "ab"}
    outcome = judge(rules({"alert": "A", "expr": "up * on () up"}), samples)
    assert outcome.rules[0].verdict is Verdict.UNPROVEN
    assert "cannot evaluate" in outcome.rules[0].why


def test_a_rule_whose_series_become_one_alert_is_unproven(judge: Judge) -> None:
    """Prometheus fails such an evaluation; the backtest does not choose one of the series."""
    samples = {f'up{{instance="{one}"}}': [0.0] * HOUR for one in "ab"}
    outcome = judge(rules({**DOWN, "labels": {"instance": "all"}}), samples)
    assert outcome.rules[0].verdict is Verdict.UNPROVEN
    assert "same alert" in outcome.rules[0].why


def test_two_rules_that_record_one_series_are_refused(judge: Judge) -> None:
    """Which of them an alert would read is a matter of luck."""
    document = rules(
        {"record": "r:x", "expr": "up"},
        {"record": "r:x", "expr": "up * 2"},
        {"alert": "A", "expr": "r:x > 1"},
    )
    with pytest.raises(BacktestError, match="record the same series"):
        judge(document, {"up": [1.0] * HOUR})


def test_two_alerts_of_one_name_are_judged_apart(judge: Judge) -> None:
    """Our own rules have several of one name; each keeps its place."""
    outcome = judge(rules(DOWN, {"alert": "Down", "expr": "up > 0"}), {"up": [1.0] * HOUR})
    assert [len(one.alerts) for one in outcome.rules] == [0, 1]
    assert outcome.rules[0].rule.place != outcome.rules[1].rule.place


def test_a_snapshot_without_blocks_is_refused(programs: Programs, tmp_path: Path) -> None:
    """The message says how a snapshot is made."""

    async def look() -> None:
        async with open_history(programs, snapshot=tmp_path):
            pass

    with pytest.raises(BacktestError, match="holds no block"):
        asyncio.run(look())


def test_a_damaged_block_is_refused_and_left_as_it_was(programs: Programs, tmp_path: Path) -> None:
    """Prometheus would leave it out silently; nothing of the given folder is written to."""
    imported(programs, tmp_path, openmetrics({"up": [1.0] * HOUR}, 30))
    (block,) = (path.parent for path in (tmp_path / "blocks").glob("*/meta.json"))
    (block / "index").write_bytes(b"no index")
    before = {path: path.stat().st_mtime_ns for path in block.rglob("*")}
    groups = rule_groups(yaml.safe_dump(rules(DOWN)), "rules.yml", 30_000)

    async def look() -> None:
        asked = Asked(length=86_400_000)
        async with (
            open_history(programs, snapshot=tmp_path / "blocks") as history,
            history.backtest(RuleSet(name="r", groups=groups), asked, lambda *_: None),
        ):
            pass

    with pytest.raises(Exception, match=r"block|index|Prometheus"):
        asyncio.run(look())
    assert {path: path.stat().st_mtime_ns for path in block.rglob("*")} == before


def test_a_time_outside_the_history_is_refused(programs: Programs, tmp_path: Path) -> None:
    """The message names both times."""
    imported(programs, tmp_path, openmetrics({"up": [1.0] * HOUR}, 30))
    groups = rule_groups(yaml.safe_dump(rules(DOWN)), "rules.yml", 30_000)

    async def look() -> None:
        asked = Asked(length=1, first=(BASE - 7200) * 1000, last=(BASE - 3600) * 1000)
        async with (
            open_history(programs, snapshot=tmp_path / "blocks") as history,
            history.backtest(RuleSet(name="r", groups=groups), asked, lambda *_: None),
        ):
            pass

    with pytest.raises(BacktestError, match="nothing of it lies between"):
        asyncio.run(look())


def test_a_rule_that_promtool_refuses_is_refused(programs: Programs, tmp_path: Path) -> None:
    """With promtool's own words."""
    file = tmp_path / "rules.yml"
    file.write_text(json.dumps(rules({"alert": "A", "expr": "rate(up) >"})), encoding="utf-8")
    with pytest.raises(BacktestError, match=r"promtool refuses .*rules\.yml"):
        asyncio.run(check_rules(programs.promtool, [file]))


def test_a_promtool_that_is_missing_or_killed_is_an_error(tmp_path: Path) -> None:
    """Neither counts as a rule file that is fine."""
    with pytest.raises(PromtoolError, match="cannot be started"):
        asyncio.run(check_rules(Program((str(tmp_path / "none"),)), [tmp_path]))
    dying = tmp_path / "promtool"
    dying.write_text("#!/bin/sh\nkill -9 $$\n", encoding="utf-8")
    dying.chmod(stat.S_IRWXU)
    with pytest.raises(PromtoolError, match="killed by SIGKILL"):
        asyncio.run(check_rules(Program((str(dying),)), [tmp_path]))
