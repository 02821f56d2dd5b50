"""The overhead benchmark measures both services and says how they compare."""

import json
from pathlib import Path

import pytest
from bench.execute_overhead import Round, main, table


def test_the_table_compares_the_medians() -> None:
    """One bad round does not decide the ratio."""
    rounds = [
        Round("instrumented", 90, 1100),
        Round("plain", 100, 1000),
        Round("instrumented", 10, 9000),
        Round("plain", 100, 1000),
        Round("instrumented", 90, 1100),
        Round("plain", 5, 9000),
    ]
    text = table(rounds)
    assert "| instrumented | 90 | 1100 µs |" in text
    assert "| plain | 100 | 1000 µs |" in text
    assert "| ratio | 0.900 (0.10 to 18.00) | 1.100 (0.12 to 9.00) |" in text


@pytest.mark.stack
def test_a_short_run_measures_both_services(tmp_path: Path) -> None:
    """Real processes answer the load, and every round is kept."""
    arguments = ["--rounds", "1", "--seconds", "0.5", "--connections", "2"]
    assert main([*arguments, "--results", str(tmp_path)]) == 0
    rounds = json.loads((tmp_path / "execute_overhead.json").read_text())
    assert [one["kind"] for one in rounds] == ["instrumented", "plain"]
    assert all(one["requests_per_second"] > 1 for one in rounds)
    assert all(one["cpu_microseconds"] > 1 for one in rounds)
