"""`opsconductor capacity`: what is printed, what is refused, and with which exit code."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from opsconductor.cli import capacity_inputs, main
from opsconductor.cli.errors import ExitCode

Run = Callable[..., int]
FreePorts = Callable[[int], list[int]]
Output = pytest.CaptureFixture[str]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `opsconductor capacity` with arguments; returns the exit code."""

    def command(*arguments: str) -> int:
        monkeypatch.setattr(sys, "argv", ["opsconductor", "capacity", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        code = ended.value.code
        assert isinstance(code, int)
        return code

    return command


def test_without_options_this_system_is_planned(run: Run, capsys: Output) -> None:
    """Two services, the catalogue's sixteen tools and our five objectives, for fifteen days."""
    assert run() == ExitCode.OK
    shown = capsys.readouterr().out
    assert shown.startswith(
        "2 services, 16 tools, 5 objectives; automation-service scraped every 10 s, samples kept "
        "for 15 d\n"
    )
    for what in ("series", "samples a second", "disk in all", "memory", "processor", "up to"):
        assert what in shown
    assert "one Prometheus is enough" in shown


def test_json_has_the_same_in_plain_figures(run: Run, capsys: Output) -> None:
    """Bytes, seconds and series as numbers, the limits with their reasons."""
    assert run("--services", "20", "--memory", "16", "--cores", "4", "--format", "json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["workload"]["services"] == 20
    assert found["workload"]["memory_bytes"] == 16 * 2**30
    assert found["series"] == sum(found["series_by_source"].values())
    parts = ("disk_bytes_blocks", "disk_bytes_log_and_head", "disk_bytes_compaction")
    assert found["disk_bytes"] == pytest.approx(sum(found[part] for part in parts))
    assert found["shards"] == 1
    assert all(one["because"] for one in found["limits"])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--services", "0"), "0 services"),
        (("--tools", "-1"), "-1 tools"),
        (("--retention", "15x"), "'15x' is no duration"),
        (("--retention", "10y"), "Thanos"),
        (("--scrape-interval", "0"), "0 s"),
        (("--memory", "nan"), "--memory"),
        (("--cores", "0"), "0 cores"),
    ],
)
def test_nonsense_is_wrong_use(
    run: Run, capsys: Output, arguments: tuple[str, ...], says: str
) -> None:
    """Exit 2, the option and what is wrong with it."""
    assert run(*arguments) == ExitCode.USAGE
    shown = " ".join(capsys.readouterr().err.replace("│", " ").split())
    assert arguments[0] in shown
    assert says in shown


def test_more_tools_than_labels_is_said(run: Run, capsys: Output) -> None:
    """The plan holds, and says that some tools share a label value."""
    assert run("--tools", "100") == ExitCode.OK
    assert "36 tools share 'other'" in capsys.readouterr().out


@pytest.mark.parametrize("text", [None, "{}", "no JSON"])
def test_without_measured_figures_there_is_no_plan(
    run: Run, capsys: Output, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str | None
) -> None:
    """Nothing is made up: the file and the way to measure anew are named."""
    missing = tmp_path / "storage.json"
    if text is not None:
        missing.write_text(text)
    monkeypatch.setattr(capacity_inputs, "MEASURED", missing)
    assert run() == ExitCode.FAILED
    shown = capsys.readouterr().err
    assert str(missing) in shown
    assert "make bench-storage" in shown


def test_live_without_a_running_system_says_how_to_start_it(
    run: Run,
    capsys: Output,
    monkeypatch: pytest.MonkeyPatch,
    free_ports: Callable[[int], list[int]],
) -> None:
    """Exit 3, as with every command that needs the system."""
    monkeypatch.setenv("OPSCONDUCTOR_PROMETHEUS_PORT", str(free_ports(1)[0]))
    assert run("--live") == ExitCode.NOT_RUNNING
    assert "make up" in capsys.readouterr().err
