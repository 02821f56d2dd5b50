"""Alerts that fire on NaN. What Prometheus does with NaN was tried on a real one (see below)."""

import json
import subprocess
from pathlib import Path

import pytest
import yaml
from tests.monitoring.lint.expressions.asking import ids

from opsconductor.monitoring.lint.expressions.nan import check
from opsconductor.monitoring.lint.query import Role
from opsconductor.stack.programs import Programs

GOOD, ALL = 'sum(rate(http_requests_total{code="200"}[5m]))', "sum(rate(http_requests_total[5m]))"
RATIO = f"({GOOD} / {ALL})"

FIRES = (
    f"{RATIO} != 0.5",
    f"{RATIO} != 0",
    f"0 != {RATIO}",
    f"1 - {RATIO} != 0",
    f"vector(1) unless {RATIO} > 0.5",
    f"vector(1) unless ({RATIO} < 0.5)",
    f"absent({RATIO} > 0.5)",
    f"({RATIO} > bool 0.9) == 0",
    f"({RATIO} > bool 0.9) < 1",
    f"({RATIO} >= bool 0.9) != 1",
    f"vector(0) > 5 or {RATIO} != 0",
)
SILENT = (
    f"{RATIO} > 0.5",
    f"{RATIO} < 0.5",
    f"{RATIO} == 0",
    f"1 - {RATIO} > 0.5",
    f"{GOOD} / ({ALL} > 0) != 0.5",
    f"vector(1) unless {GOOD} / ({ALL} > 0) > 0.5 unless vector(1)",
    f"absent({RATIO} and vector(1))",
    f"({RATIO} > bool 0.9) == 1",
    f"({RATIO} < bool 0.9) > 0",
)


@pytest.mark.parametrize("text", FIRES)
def test_an_alert_that_fires_on_nan_is_found(text: str) -> None:
    """Every shape that is true of NaN must be found."""
    assert ids(check, text) == ["fires-on-nan"]


@pytest.mark.parametrize("text", [*SILENT, "queue_length / queue_length != 1", "up != 1"])
def test_an_alert_that_does_not_is_silent(text: str) -> None:
    """Ordinary comparisons are false of NaN, and an unknown divisor may never be 0."""
    assert ids(check, text) == []


def test_only_alerts_are_judged() -> None:
    """A panel may show NaN."""
    assert ids(check, FIRES[0], role=Role.PANEL) == []


@pytest.mark.stack
def test_prometheus_agrees(programs: Programs, tmp_path: Path) -> None:
    """With series that stand still, each alert of the first list fires and none of the second."""
    rules = [{"alert": f"Fires{at}", "expr": text} for at, text in enumerate(FIRES)]
    rules += [{"alert": f"Silent{at}", "expr": text} for at, text in enumerate(SILENT)]
    (tmp_path / "rules.yml").write_text(
        json.dumps({"groups": [{"name": "nan", "rules": rules}]}), encoding="utf-8"
    )
    series = [
        {"series": f'http_requests_total{{code="{code}"}}', "values": "7x60"}
        for code in ("200", "500")
    ]
    cases = [
        {
            "eval_time": "30m",
            "alertname": rule["alert"],
            "exp_alerts": [{}] if rule["alert"].startswith("Fires") else [],
        }
        for rule in rules
    ]
    test = {"interval": "1m", "input_series": series, "alert_rule_test": cases}
    document = {"rule_files": ["rules.yml"], "evaluation_interval": "1m", "tests": [test]}
    (tmp_path / "test.yml").write_text(yaml.safe_dump(document), encoding="utf-8")
    command = [*programs.promtool.command, "test", "rules", str(tmp_path / "test.yml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
