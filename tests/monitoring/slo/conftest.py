"""Small OpenSLO files with metrics of their own, compiled and played through the real promtool."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from opsconductor.monitoring.scenario import Scenario, promtool_document
from opsconductor.monitoring.slo.compiler import compiled
from opsconductor.monitoring.slo.promise import Options
from opsconductor.monitoring.slo.rule_file import rule_file
from opsconductor.monitoring.yaml_text import yaml_text
from opsconductor.objectives import DAY
from opsconductor.stack.programs import Programs

Play = Callable[..., None]
Text = Callable[..., str]

YEARS = 800 * DAY

COUNTERS = """\
      ratioMetric:
        counter: true
        {part}:
          metricSource:
            type: Prometheus
            spec:
              query: shop_orders_total{{outcome="{value}"}}
        total:
          metricSource:
            type: Prometheus
            spec:
              query: shop_orders_total
"""


@pytest.fixture
def slo() -> Text:
    """An OpenSLO document of a shop's orders; what a test is about is given."""

    def write(
        *,
        indicator: str = COUNTERS.format(part="bad", value="failed"),
        window: str = "[{duration: 30d, isRolling: true}]",
        method: str = "Occurrences",
        objectives: str = "[{target: 0.99}]",
        annotations: str = "{}",
        more: str = "",
    ) -> str:
        return (
            "apiVersion: openslo/v1\nkind: SLO\nmetadata:\n  name: orders\n"
            f"  annotations: {annotations}\nspec:\n  service: shop\n  indicator:\n"
            f"    metadata: {{name: orders}}\n    spec:\n{indicator}"
            f"  timeWindow: {window}\n  budgetingMethod: {method}\n  objectives: {objectives}\n"
            f"{more}"
        )

    return write


@pytest.fixture
def play(programs: Programs, tmp_path: Path) -> Play:
    """Play scenarios against the rules of a text, evaluated as often as there are samples."""

    def run(text: str, *scenarios: Scenario) -> None:
        assert all(one.checks or one.values for one in scenarios), "a scenario must check something"
        step = scenarios[0].step
        options = Options(interval=step, retention=YEARS, runbooks="https://runbooks")
        found = compiled({"orders.yaml": text}, options)
        assert not found.problems, "\n".join(map(str, found.problems))
        rules = rule_file(found.groups, step, "prometheus")
        (tmp_path / "rules.yml").write_text(rules, encoding="utf-8")
        document: Any = promtool_document(scenarios, "rules.yml", step)
        # Without an order of its own promtool runs the slices' group by name, which is after.
        document["group_eval_order"] = [group.name for group in found.groups]
        (tmp_path / "scenarios.yml").write_text(yaml_text(document), encoding="utf-8")
        done = subprocess.run(
            [*programs.promtool.command, "test", "rules", "scenarios.yml"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"

    return run
