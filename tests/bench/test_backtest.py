"""The backtest's benchmark measures both ways over the same samples and says how they compare."""

import json
from pathlib import Path

import pytest
from bench.backtest import Took, main, table


def test_the_table_compares_an_hour_of_history() -> None:
    """A month in 60 s against six hours in 30 s: 60 times faster."""
    ours, peer = Took("ours", 720, 60, 100), Took("promtool", 6, 30, 30)
    text = table(ours, peer, 3)
    assert "| ours | 30 days | 60.0 | 100.0 | 83 |" in text
    assert "60 times faster" in text


@pytest.mark.stack
def test_a_short_run_measures_both_ways(tmp_path: Path) -> None:
    """Real programs judge two hours; no rule lacks samples."""
    arguments = ["--days", "0.1", "--peer-hours", "0.5", "--results", str(tmp_path)]
    assert main(arguments) == 0
    found = json.loads((tmp_path / "backtest.json").read_text())
    assert [one["way"] for one in found] == ["opsconductor backtest", "promtool test rules"]
    assert all(one["seconds"] > 0 for one in found)
