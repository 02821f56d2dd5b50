"""The SLO board's figures, reckoned by hand and by a real Prometheus."""

import subprocess
from pathlib import Path

import pytest
from tests.monitoring.dashboards.boards import SLO, expressions, panel

from opsconductor.cli.checks.panels import substitute
from opsconductor.monitoring.yaml_text import yaml_text
from opsconductor.stack.programs import Programs

LABELS = '{service="s", slo="x"}'
OF_A_TOOL = '{service="s", slo="x", tool="t"}'
DAY = 86_400
CHOSEN = {"__range": "5m", "slo": ".*", "service": ".*"}
SECONDS = 60


@pytest.mark.parametrize(
    ("title", "labels", "value"),
    [
        # Half the budget of a whole period is left, and burns twice as fast as evenly.
        ("Time to Exhaustion", LABELS, 0.5 * 30 * DAY / 2),
        # 1 % may be bad, 2 % were.
        ("Burn over 6h and 30m (slow)", LABELS, 2),
        # One bad run a second among fifty events a second is 2 %, twice the budget.
        ("Burn by Tool", OF_A_TOOL, 2),
        ("Error Budget Left", LABELS, 0.5),
    ],
)
def test_a_figure_is_what_one_reckons(
    programs: Programs, tmp_path: Path, title: str, labels: str, value: float
) -> None:
    """For an objective of 99 % with a known past, each panel must show the known figure."""
    given = {
        "slo:objective:ratio": 0.99,
        "slo:period:seconds": 30 * DAY,
        "slo:period_covered:seconds": 30 * DAY,
        "slo:error_budget_remaining:ratio": 0.5,
        "slo:sli_errors_per_sli_events:ratio_rate6h": 0.02,
        "slo:sli_events:rate5m": 50,
    }
    series = [{"series": f"{name}{LABELS}", "values": f"{v}x40"} for name, v in given.items()]
    series.append({"series": f"slo_tool:sli_errors:rate5m{OF_A_TOOL}", "values": "1x40"})
    text = substitute(expressions(panel(SLO, title))[0], CHOSEN)
    document = {
        "tests": [
            {
                "interval": "15s",
                "input_series": series,
                "promql_expr_test": [
                    {
                        # promtool compares to the last bit.
                        "expr": f"round({text}, 1e-6)",
                        "eval_time": "10m",
                        "exp_samples": [{"labels": labels, "value": value}],
                    }
                ],
            }
        ]
    }
    (tmp_path / "figures.yml").write_text(yaml_text(document), encoding="utf-8")
    done = subprocess.run(
        [*programs.promtool.command, "test", "rules", "figures.yml"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=SECONDS,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
