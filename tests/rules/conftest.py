"""Scenarios run through the real promtool, against rules rendered from settings."""

import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml

from opsconductor.monitoring import documents
from opsconductor.monitoring.scenario import Scenario, promtool_document
from opsconductor.monitoring.yaml_text import yaml_text
from opsconductor.settings import Settings
from opsconductor.stack.programs import Programs
from opsconductor.stack.slo_files import read_slos

Play = Callable[..., None]


@pytest.fixture
def play(programs: Programs, tmp_path: Path) -> Play:
    """Play scenarios against the rules that they ask about; fails with promtool's own words.

    With `every_rule` all rules are evaluated, which takes several times as long.
    """

    def run(
        *scenarios: Scenario, settings: Settings | None = None, every_rule: bool = False
    ) -> None:
        chosen = settings or Settings()
        assert all(one.checks or one.values for one in scenarios), "a scenario must check something"
        rules = yaml.safe_load(
            documents(chosen, read_slos(chosen.alerting.slo_dir), grafana=False)[
                "prometheus/rules.yml"
            ]
        )
        if not every_rule:
            rules = _asked_about(rules, scenarios)
        (tmp_path / "rules.yml").write_text(yaml_text(rules), encoding="utf-8")
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


def _asked_about(document: Any, scenarios: Iterable[Scenario]) -> Any:
    """The alerts that are checked, and whatever recorded series they read, directly or not."""
    alerts = {check.alert for one in scenarios for check in one.checks}
    texts = [value.expression for one in scenarios for value in one.values]
    groups = []
    for group in reversed(document["groups"]):
        kept = []
        for rule in reversed(group["rules"]):
            wanted = rule.get("alert") in alerts
            if wanted or any(rule.get("record", "\0") in text for text in texts):
                texts.append(rule["expr"])
                kept.append(rule)
        if kept:
            groups.append({**group, "rules": kept[::-1]})
    missing = alerts - {rule.get("alert") for group in groups for rule in group["rules"]}
    assert not missing, f"no rule has the name {missing}"
    return {"groups": groups[::-1]}
