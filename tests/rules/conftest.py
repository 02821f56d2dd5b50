"""Scenarios run through the real promtool, against rules rendered from settings."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from opsconductor.monitoring import documents
from opsconductor.monitoring.scenario import Scenario, promtool_document
from opsconductor.monitoring.yaml_text import yaml_text
from opsconductor.settings import Settings
from opsconductor.stack.programs import Programs

Play = Callable[..., None]


@pytest.fixture
def play(programs: Programs, tmp_path: Path) -> Play:
    """Play scenarios against the rules; fails with promtool's own words."""

    def run(*scenarios: Scenario, settings: Settings | None = None) -> None:
        chosen = settings or Settings()
        assert all(one.checks or one.values for one in scenarios), "a scenario must check something"
        rules = documents(chosen, grafana=False)["prometheus/rules.yml"]
        (tmp_path / "rules.yml").write_text(rules, encoding="utf-8")
        tests = promtool_document(scenarios, "rules.yml", chosen.prometheus.rule_interval_seconds)
        (tmp_path / "scenarios.yml").write_text(yaml_text(tests), encoding="utf-8")
        done = subprocess.run(
            [*programs.promtool.command, "test", "rules", "scenarios.yml"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"

    return run
