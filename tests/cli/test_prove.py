"""`opsconductor prove`: what others' rules are told, and the exit codes."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from opsconductor.cli import main
from opsconductor.cli.errors import ExitCode

Run = Callable[..., int]
Output = pytest.CaptureFixture[str]

CONSISTENT = """\
groups:
- name: theirs
  rules:
  - alert: DiskLow
    expr: node_filesystem_avail_ratio{mountpoint="/"} < 0.05
    for: 10m
    labels: {severity: critical}
    annotations: {summary: "{{ $value }} left"}
  - alert: Errors
    expr: sum by (job) (rate(http_errors_total{code="500"}[5m])) > 3
    for: 5m
  - {alert: Gone, expr: 'absent(up{job="db"})', for: 5m}
"""
ODD = """\
groups:
- name: theirs
  rules:
  - {alert: Predicted, expr: 'predict_linear(free[1h], 3600) < 0'}
  - {alert: DiskLow, expr: free < 5}
"""
SILENT = """\
groups:
- name: theirs
  rules:
  - {alert: Never, expr: 'rate(errors_total[5m]) < 0'}
"""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Proves a text as a rule file, with options; returns the exit code."""

    def command(text: str, *options: str) -> int:
        file = tmp_path / "rules.yml"
        file.write_text(text, encoding="utf-8")
        monkeypatch.setattr(sys, "argv", ["opsconductor", "prove", str(file), *options])
        with pytest.raises(SystemExit) as ended:
            main()
        code = ended.value.code
        assert isinstance(code, int)
        return code

    return command


def test_rules_of_others_are_at_best_self_consistent(run: Run, capsys: Output) -> None:
    """A scenario made from a rule says no more than that the rule does what it says."""
    assert run(CONSISTENT) == ExitCode.OK
    said = capsys.readouterr().out
    assert said.count("self-consistent") == 4
    assert "proven" not in said


def test_a_shape_that_cannot_be_treated_is_unproven(run: Run, capsys: Output) -> None:
    """The exit code says so, and the table which one and why."""
    assert run(ODD) == ExitCode.FAILED
    said = capsys.readouterr().out
    assert "Predicted is unproven" in said
    assert "predict_linear(free[1h], 3600) is more than a series or its rate" in said


def test_a_rule_that_can_never_fire_is_unproven(run: Run, capsys: Output) -> None:
    """No scenario can see it firing."""
    assert run(SILENT) == ExitCode.FAILED
    assert "a rate is never < 0" in capsys.readouterr().out


def test_json_has_every_alert_and_every_survivor(run: Run, capsys: Output) -> None:
    """Programs get what the table leaves out."""
    assert run(ODD, "--format", "json") == ExitCode.FAILED
    document = json.loads(capsys.readouterr().out)
    (found,) = document["files"].values()
    verdicts = {line["name"]: line["verdict"] for line in found["lines"]}
    assert verdicts == {"Predicted": "unproven", "DiskLow": "self-consistent"}
    assert document["ok"] is found["ok"] is False
    assert found["mutants"] == found["killed"] + len(found["survivors"])


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("groups: [", ExitCode.USAGE, "rules.yml:1: no YAML"),
        ("", ExitCode.USAGE, "rules.yml:1: no rule file"),
        (ODD.replace("free < 5", "free <"), ExitCode.USAGE, "rules.yml:5: DiskLow: no PromQL"),
        (ODD.replace("Predicted", "DiskLow"), ExitCode.USAGE, "rules.yml:5: two rules of the name"),
        (
            ODD.replace("free < 5", "free < 5, labels: {a-b: c}"),
            ExitCode.FAILED,
            "promtool refuses",
        ),
        (ODD.replace("predict_linear(free[1h], 3600)", "free"), ExitCode.OK, ""),
    ],
)
def test_a_bad_file_is_never_ok(
    run: Run, capsys: Output, text: str, code: ExitCode, said: str
) -> None:
    """A file that does not parse, a name twice, a rule that promtool refuses: said in a line."""
    assert run(text) == code
    assert said in capsys.readouterr().err


def test_a_missing_file_and_a_missing_alert_are_said(
    monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    """With what there is instead."""
    for arguments, code, said in (
        (
            ["/nowhere.yml"],
            ExitCode.USAGE,
            "/nowhere.yml: cannot be read: No such file or directory",
        ),
        (["--alert", "Nope"], ExitCode.FAILED, "no alert is called Nope; there are"),
    ):
        monkeypatch.setattr(sys, "argv", ["opsconductor", "prove", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == code
        assert said in capsys.readouterr().err


def test_one_alert_of_ours_is_proven(monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    """A quick turn while working on a rule."""
    monkeypatch.setattr(sys, "argv", ["opsconductor", "prove", "--alert", "DiskNearlyFull"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == ExitCode.OK
    said = capsys.readouterr().out
    assert "DiskNearlyFull" in said
    assert "our rules: all proven" in said
