"""A metric that is renamed in one place breaks the build, which names every other place."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from opsconductor.contract.families import AI_REQUESTS
from opsconductor.settings import PROJECT_ROOT

COPIED = ("src", "docs", "slo", "tools", "generated", "opsconductor.toml.example")
OLD, NEW = AI_REQUESTS.name, "ai_calls_total"


@pytest.fixture(scope="module")
def renamed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree in which the contract alone has another name for a family."""
    folder = tmp_path_factory.mktemp("renamed")
    for name in COPIED:
        source = PROJECT_ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    contract = folder / "src/opsconductor/contract/families.py"
    text = contract.read_text(encoding="utf-8")
    assert text.count(f'"{OLD}"') == 1
    contract.write_text(text.replace(f'"{OLD}"', f'"{NEW}"'), encoding="utf-8")
    return folder


def opsconductor(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the copy."""
    environment = {**os.environ, "PYTHONPATH": str(folder / "src"), "COLUMNS": "300"}
    return subprocess.run(
        (sys.executable, "-m", "opsconductor.cli", *arguments),
        cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


def test_a_renamed_metric_breaks_the_build_before_the_night(renamed: Path) -> None:
    """`make check` fails and names what is generated and what is written by hand alike."""
    check = opsconductor(renamed, "generate", "--check")
    assert check.returncode == 1, check.stderr
    for place in (
        "docs/reference/metrics.md",
        "docs/runbooks/NoRequestsReceived.md",
        "generated/prometheus/rules.yml",
        "generated/grafana/dashboards/opsconductor-execution.json",
    ):
        assert f"differs: {renamed / place}" in check.stdout
    query = f"'sum(increase({OLD}[10m]))' reads {OLD}, which nobody exposes or records"
    assert f"wrong: docs/runbooks/NoRequestsReceived.md: {query}" in check.stdout

    lint = opsconductor(renamed, "lint")
    assert lint.returncode == 1
    assert "unknown-metric" in lint.stdout


def test_generating_again_does_not_hide_what_people_wrote(renamed: Path) -> None:
    """Rules and boards follow; runbooks and objectives are still named until a person acts."""
    generate = opsconductor(renamed, "generate")
    assert generate.returncode == 1
    assert "wrong: docs/runbooks/NoRequestsReceived.md" in generate.stdout
    lint = opsconductor(renamed, "lint")
    assert lint.returncode == 1
    assert "slo/execution-success.yaml" in lint.stdout
