"""Every alert has its page, and what the pages tell a person to type is right."""

import re
import subprocess
from pathlib import Path

import pytest

from opsconductor.contract import FAMILIES, IMPORTED, RECORDED, Reason, names
from opsconductor.monitoring.yaml_text import yaml_text
from opsconductor.objectives import ALERTS, BURN_TIERS, BurnTier
from opsconductor.settings import PROJECT_ROOT
from opsconductor.stack.programs import Programs

TARGETS = {
    "execution-success": 0.99,
    "execution-latency": 0.95,
    "selector-latency": 0.95,
    "selector-availability": 0.999,
    "pipeline-success": 0.99,
}
"""What the system promises."""
FOLDER = PROJECT_ROOT / "docs/runbooks"
HEADINGS = [
    "Meaning",
    "Impact",
    "First queries",
    "Causes",
    "Mitigation",
    "Silence",
    "Escalate",
]


FUNCTIONS = {"histogram_quantile", "label_replace", "max_over_time", "__name__"}


def page(alert: str) -> str:
    """The text of an alert's page."""
    return (FOLDER / f"{alert}.md").read_text(encoding="utf-8")


def queries(alert: str) -> list[str]:
    """The page's PromQL."""
    blocks = re.findall(r"```promql\n(.*?)```", page(alert), flags=re.DOTALL)
    return [" ".join(block.split()) for block in blocks]


def test_every_page_is_an_alerts() -> None:
    """No alert lacks its page, and no page its alert."""
    assert {path.stem for path in FOLDER.glob("*.md")} == set(ALERTS)


@pytest.mark.parametrize("alert", ALERTS)
def test_a_page_has_all_its_parts(alert: str) -> None:
    """The same headings in the same order, so that a tired reader finds them."""
    text = page(alert)
    assert text.startswith(f"# {alert}\n")
    assert re.findall(r"^## (.+)$", text, flags=re.MULTILINE) == HEADINGS
    assert f"alertname={alert}" in text
    assert "./opsconductor" in text


@pytest.mark.parametrize("alert", ALERTS)
def test_a_page_has_a_few_queries_on_known_series(alert: str) -> None:
    """Three queries to begin with, seldom more, all on series that somebody exposes or records."""
    known = {*names(FAMILIES), *(one.name for one in IMPORTED), *(one.name for one in RECORDED)}
    found = queries(alert)
    assert 3 <= len(found) <= 5
    for query in found:
        bare = re.sub(r'"[^"]*"|by \([^)]*\)', "", query)
        used = {word for word in re.findall(r"[a-zA-Z_:][a-zA-Z0-9_:]*", bare) if "_" in word}
        assert used - FUNCTIONS <= known


@pytest.mark.parametrize("tier", BURN_TIERS, ids=lambda tier: tier.alert)
def test_a_tiers_page_has_the_figures_of_every_objective(tier: BurnTier) -> None:
    """What is promised, and below what the tier calls, stand beside each SLO's name."""
    rows = re.findall(
        r"^\| ([a-z-]+) \| ([\d.]+) % \| ([\d.]+) % \|", page(tier.alert), re.MULTILINE
    )
    assert sorted(rows) == sorted(
        (name, f"{target * 100:g}", f"{100 * (1 - tier.factor * (1 - target)):.4g}")
        for name, target in TARGETS.items()
    )


def test_reasons_are_told_by_their_names() -> None:
    """The pages about errors explain every reason that there is."""
    text = page("AIExecutionErrorRateHigh")
    assert [reason for reason in Reason if f"`{reason}`" not in text] == []


def test_the_queries_parse(programs: Programs, tmp_path: Path) -> None:
    """Prometheus itself accepts every query of every page."""
    rules = [
        {"record": f"runbook:{alert.lower()}:query{number}", "expr": query}
        for alert in ALERTS
        for number, query in enumerate(queries(alert))
    ]
    file = tmp_path / "queries.yml"
    file.write_text(yaml_text({"groups": [{"name": "runbooks", "rules": rules}]}), encoding="utf-8")
    command = [*programs.promtool.command, "check", "rules", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert f"{len(rules)} rules found" in done.stdout
