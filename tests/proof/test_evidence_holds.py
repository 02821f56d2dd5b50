"""A rule's `for`, which no query shows, is counted by promtool as by the simulation."""

import subprocess
from pathlib import Path

import pytest

from opsconductor.monitoring.evidence.figure import BUDGET, Figure
from opsconductor.monitoring.evidence.figures import FIGURES
from opsconductor.monitoring.evidence.measuring import through
from opsconductor.monitoring.evidence.promql import ERRORS, REQUESTS, condition, selector
from opsconductor.monitoring.evidence.rate import Grid
from opsconductor.monitoring.evidence.simulation import Sampling
from opsconductor.monitoring.yaml_text import yaml_text
from opsconductor.stack.programs import Programs

SCRAPE, EVALUATE = 15, 30
QUIET = 600
"""Seconds without an error before the outage."""
LABELS = {"outage": "x"}


def promtool_says(
    figure: Figure, firing: dict[int, bool], programs: Programs, folder: Path
) -> subprocess.CompletedProcess[str]:
    """Ask promtool whether the figure's alert fires so many seconds after the outage's start."""
    assert figure.alert is not None
    times = range(0, QUIET + round(figure.until) + SCRAPE, SCRAPE)
    values = {
        f"{REQUESTS}_total": [figure.outage.requests(at) for at in times],
        f"{ERRORS}_total": [figure.outage.errors(at - QUIET) for at in times],
    }
    rule = {
        "alert": "Hold",
        "expr": condition(figure.alert, BUDGET, LABELS),
        "for": f"{figure.alert.hold}s",
    }
    test = {
        "interval": f"{SCRAPE}s",
        "input_series": [
            {"series": name + selector(LABELS), "values": " ".join(map(str, counted))}
            for name, counted in values.items()
        ],
        "alert_rule_test": [
            {
                "eval_time": f"{QUIET + at}s",
                "alertname": "Hold",
                "exp_alerts": [{"exp_labels": {}}] if fires else [],
            }
            for at, fires in firing.items()
        ],
    }
    documents = {
        "rules.yml": {"groups": [{"name": "holds", "rules": [rule]}]},
        "test.yml": {
            "rule_files": ["rules.yml"],
            "evaluation_interval": f"{EVALUATE}s",
            "tests": [test],
        },
    }
    for name, document in documents.items():
        (folder / name).write_text(yaml_text(document), encoding="utf-8")
    return subprocess.run(
        [*programs.promtool.command, "test", "rules", "test.yml"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def figure_of(key: str) -> Figure:
    """The figure of that key."""
    (found,) = (one for one in FIGURES if one.key == key)
    return found


def test_a_hold_is_over_when_promtool_says_so(programs: Programs, tmp_path: Path) -> None:
    """A full outage under a one-hour hold: pending one evaluation before, firing from then on."""
    figure = figure_of("3-detects")
    simulated = through(figure, Sampling(Grid(SCRAPE * 1000, 0), Grid(EVALUATE * 1000, 0)))
    assert simulated is not None
    fires = round(simulated)
    done = promtool_says(figure, {fires - EVALUATE: False, fires: True}, programs, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_promtool_would_have_said_otherwise(programs: Programs, tmp_path: Path) -> None:
    """The question can be answered with no: an evaluation earlier nothing fires."""
    done = promtool_says(figure_of("3-detects"), {3600 - EVALUATE: True}, programs, tmp_path)
    assert done.returncode != 0
    assert "Hold" in done.stdout + done.stderr


@pytest.mark.parametrize("minutes", [61, 100, 150, 176])
def test_spikes_never_outlast_a_hold(programs: Programs, tmp_path: Path, minutes: int) -> None:
    """Outages of five minutes every ten never fire under a one-hour hold in promtool either."""
    done = promtool_says(figure_of("3-spikes"), {minutes * 60: False}, programs, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
