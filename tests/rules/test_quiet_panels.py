"""Panels that a healthy system leaves empty show what they are for when it happens."""

import subprocess
from pathlib import Path

import pytest
from tests.monitoring.dashboards.boards import BOARDS, expressions, panel
from tests.monitoring.dashboards.quiet import QUIET

from opsconductor.cli.checks.panels import substitute
from opsconductor.monitoring.yaml_text import yaml_text
from opsconductor.stack.programs import Programs

CHOSEN = {"__rate_interval": "1m", "__range": "15m", "slo": ".*", "service": ".*", "tool": ".*"}
SECONDS = 60


@pytest.mark.parametrize("key", QUIET, ids=" ".join)
def test_a_quiet_panel_can_speak(programs: Programs, tmp_path: Path, key: tuple[str, str]) -> None:
    """Each query of the panel must give a value for the series that it waits for, and none else."""
    title, name = key
    [board] = [one for one in BOARDS.values() if one["title"] == title]
    texts = [substitute(text, CHOSEN) for text in expressions(panel(board, name))]
    assert texts
    answered = [(f"count({text}) > bool 0", 1) for text in texts]
    silent = [(f"absent({text})", 1) for text in texts]
    series = [{"series": one, "values": values} for one, values in QUIET[key].series.items()]
    document = {
        "tests": [
            {
                "interval": "15s",
                "input_series": given,
                "promql_expr_test": [
                    {
                        "expr": expression,
                        "eval_time": "10m",
                        "exp_samples": [{"labels": "{}", "value": value}],
                    }
                    for expression, value in checks
                ],
            }
            for given, checks in ((series, answered), ([], silent))
        ]
    }
    (tmp_path / "panels.yml").write_text(yaml_text(document), encoding="utf-8")
    done = subprocess.run(
        [*programs.promtool.command, "test", "rules", "panels.yml"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=SECONDS,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
