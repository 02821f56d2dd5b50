"""`opsconductor backtest` as people and scripts use it: output, picture, exit codes."""

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from tests.proof.samples import BASE, openmetrics

from opsconductor.stack.programs import Programs

pytestmark = pytest.mark.stack
HOUR = 120
"""Steps of 30 s."""
SVG = "{http://www.w3.org/2000/svg}"


def rule(name: str, expr: str, hold: str = "0s") -> dict[str, object]:
    """A rule that pages."""
    return {"alert": name, "expr": expr, "for": hold, "labels": {"severity": "critical"}}


@pytest.fixture
def folder(tmp_path: Path, programs: Programs) -> Path:
    """A service that is down twice for ten minutes, rules, and incidents: one of the two times."""
    up = [0.0 if 60 <= step < 80 or 150 <= step < 170 else 1.0 for step in range(2 * HOUR)]
    (tmp_path / "history.om").write_text(openmetrics({'up{job="x"}': up}, 30), encoding="utf-8")
    write_rules(tmp_path / "a.yml", rule("Down", "up < 1"), rule("Other", "nothing > 1"))
    write_rules(tmp_path / "b.yml", rule("Down", "up < 1", "5m"))
    write_incidents(tmp_path / "incidents.yml", 60, 80, "Down")
    return tmp_path


def write_rules(file: Path, *rules: dict[str, object]) -> None:
    """A rule file."""
    group = {"name": "g", "interval": "30s", "rules": list(rules)}
    file.write_text(yaml.safe_dump({"groups": [group]}), encoding="utf-8")


def write_incidents(file: Path, first: int, last: int, alert: str) -> None:
    """An incident file."""
    one = {"name": "x", "start": BASE + first * 30, "end": BASE + last * 30, "alerts": [alert]}
    file.write_text(yaml.safe_dump({"incidents": [one]}), encoding="utf-8")


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command over the history."""
    return subprocess.run(
        [sys.executable, "-m", "opsconductor.cli", "backtest", "--openmetrics", "history.om",
         *arguments],
        cwd=folder, capture_output=True, text=True, check=False, timeout=120,
        env={**os.environ, "COLUMNS": "120"},
    )  # fmt: skip


def test_json_says_what_fired_and_how_incidents_were_told(folder: Path) -> None:
    """Two firings of ten minutes, one of them for the incident, one for nothing."""
    done = run(folder, "--rules", "a.yml", "--incidents", "incidents.yml", "--format", "json")
    assert done.returncode == 0, done.stderr
    (found,) = json.loads(done.stdout)["rule_sets"]
    down, other = found["rules"]
    assert (down["verdict"], other["verdict"]) == ("judged", "unproven")
    (alert,) = down["alerts"]
    assert (alert["firings"], alert["firing_seconds"]) == (2, 1200)
    assert (found["precision"], found["recall"]) == (0.5, 1)
    (detection,) = found["incidents"][0]["detections"]
    assert detection["time_to_detect_seconds"] == detection["time_to_reset_seconds"] == 0


def test_the_tables_name_alerts_incidents_and_what_is_unproven(folder: Path) -> None:
    """Somebody at night reads it without a manual."""
    said = run(folder, "--rules", "a.yml", "--incidents", "incidents.yml").stdout
    for text in ("Down", "20m", "detected", "precision 50 %", "unproven", "no sample of nothing"):
        assert text in said
    assert "the history has" in said, "two hours are not the thirty days that were asked for"


def test_two_rule_files_are_compared(folder: Path) -> None:
    """With `for: 5m` both firings are five minutes later."""
    arguments = ("--rules", "a.yml", "--against", "b.yml", "--format", "json")
    done = run(folder, *arguments, "--fail-on", "difference")
    (one,) = json.loads(done.stdout)["comparison"]
    assert [pair["later_seconds"] for pair in one["both"]] == [300, 300]
    assert one["only_first"] == one["only_second"] == []
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("fail_on", "code"), [("missed", 0), ("false", 1), ("unproven", 1), ("difference", 0)]
)
def test_fail_on_chooses_what_is_a_failure(folder: Path, fail_on: str, code: int) -> None:
    """A false alarm and an unproven rule are there; nothing is missed."""
    arguments = ("--rules", "a.yml", "--incidents", "incidents.yml", "--fail-on", fail_on)
    assert run(folder, *arguments).returncode == code


def test_nothing_that_can_be_judged_is_a_failure(folder: Path) -> None:
    """An empty result is never well."""
    write_rules(folder / "c.yml", rule("Other", "nothing > 1"))
    assert run(folder, "--rules", "c.yml").returncode == 1


def test_the_picture_is_a_drawing_of_signal_limit_firings_and_incidents(folder: Path) -> None:
    """Each of the four is there, and the file is SVG that stands alone."""
    arguments = ("--rules", "a.yml", "--incidents", "incidents.yml", "--picture", "x.svg")
    assert run(folder, *arguments).returncode == 0
    tree = ET.parse(folder / "x.svg")
    classes = [one.get("class") for one in tree.iter()]
    assert classes.count("firing") == 2 + 1, "two firings and the legend"
    assert {"signal", "limit", "incident"} <= set(classes)
    assert "Down" in {one.text for one in tree.iter(f"{SVG}text")}


def test_a_silent_namesake_is_not_drawn(folder: Path) -> None:
    """Five objectives share an alert's name: only those that fired for the incident are shown."""
    silent = rule("Down", "up < -1"), rule("Quiet", "up < -1")
    write_rules(folder / "two.yml", *silent, rule("Down", "up < 1"))
    for alert, lanes in (("Down", ["Down"]), ("Quiet", ["Quiet", "Down"])):
        write_incidents(folder / "incidents.yml", 60, 80, alert)
        arguments = ("--rules", "two.yml", "--incidents", "incidents.yml", "--picture", "x.svg")
        assert run(folder, *arguments).returncode == 0
        texts = [one.text for one in ET.parse(folder / "x.svg").iter(f"{SVG}text")]
        assert [one for one in texts if one in {"Down", "Quiet"}] == lanes


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--rules", "none.yml"), "none.yml: cannot be read: No such file or directory"),
        (("--snapshot", "."), "not several"),
        (("--recompute",), "--recompute is for --prometheus"),
        (("--from", "noon"), "'noon' is no time"),
        (("--days", "0"), "--days must be above 0"),
        (("--rules", "history.om"), "history.om:"),
        (("--rules", "b.yml", "--incidents", "odd.yml"), "no rule has that name"),
        (("--rules", "b.yml", "--to", "2001-01-01"), "nothing of it lies between"),
    ],
)
def test_wrong_input_is_exit_2_with_a_sentence(
    folder: Path, arguments: tuple[str, ...], said: str
) -> None:
    """No traceback, and what to change is named."""
    write_incidents(folder / "odd.yml", 60, 80, "Unknown")
    done = run(folder, *arguments)
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("given", "code", "advice"),
    [
        (True, 2, "Is the address of --prometheus right?"),
        (False, 3, "Start it with 'make up'"),
    ],
    ids=["given", "ours"],
)
def test_a_prometheus_that_is_not_there_is_said(
    folder: Path, free_ports: Callable[[int], list[int]], given: bool, code: int, advice: str
) -> None:
    """An address somebody gave may be mistyped (exit 2); ours is a system that is down (exit 3)."""
    port = free_ports(1)[0]
    address = ("--prometheus", f"http://127.0.0.1:{port}") if given else ()
    done = subprocess.run(
        [sys.executable, "-m", "opsconductor.cli", "backtest", *address],
        cwd=folder, capture_output=True, text=True, check=False, timeout=120,
        env={**os.environ, "OPSCONDUCTOR_PROMETHEUS_PORT": str(port)},
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    assert "cannot be reached" in done.stderr
    assert advice in done.stderr
