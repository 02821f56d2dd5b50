"""The benchmark of lint reads the same rules with both commands and says how they compare."""

import json
from pathlib import Path

import pytest
import yaml
from bench.lint_speed import Round, main, rules_text, table


def test_the_rules_are_as_many_as_asked_for_and_all_different() -> None:
    """Equal rules would be read once and remembered."""
    groups = yaml.safe_load(rules_text(120))["groups"]
    expressions = [rule["expr"] for group in groups for rule in group["rules"]]
    assert len(expressions) == len(set(expressions)) == 120


def test_the_table_compares_neighbouring_rounds() -> None:
    """One bad round does not decide the ratio."""
    times = [(2.0, 1.0), (30.0, 10.0), (2.0, 1.0)]
    rounds = [
        Round(name, seconds, seconds / 2)
        for pair in times
        for name, seconds in zip(("lint", "promtool"), pair, strict=True)
    ]
    text = table(rounds, 7)
    assert "| 7 rules | seconds |" in text
    assert "| `opsconductor lint` | 2.00 (2.00 to 30.00) | 1.00 (1.00 to 15.00) |" in text
    assert "| ratio | 2.00 (2.00 to 3.00) | 2.00 (2.00 to 3.00) |" in text


@pytest.mark.stack
def test_a_short_run_measures_both_commands(tmp_path: Path) -> None:
    """Real commands read the rules, and every round is kept."""
    assert main(["--rounds", "1", "--rules", "20", "--results", str(tmp_path)]) == 0
    rounds = json.loads((tmp_path / "lint_speed.json").read_text())
    assert [one["command"] for one in rounds] == ["lint", "promtool"]
    assert all(one["seconds"] > 0 for one in rounds)
