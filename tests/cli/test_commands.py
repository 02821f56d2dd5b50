"""The command line without a running system: exit codes and texts."""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from opsconductor.cli import capacity_inputs, evidence, generate, main
from opsconductor.cli.errors import EXIT_CODES, ExitCode
from opsconductor.cli.expected_errors import explain
from opsconductor.cli.process_table import age
from opsconductor.client.errors import UpstreamError

FreePorts = Callable[[int], list[int]]


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, free_ports: FreePorts) -> Path:
    """A state folder in which nothing runs, and ports on which nobody listens."""
    monkeypatch.setenv("OPSCONDUCTOR_STATE_DIR", str(tmp_path / "state"))
    for name, port in zip(
        ("AUTOMATION_PORT", "PIPELINE_PORT", "SUPERVISOR_PORT"), free_ports(3), strict=True
    ):
        monkeypatch.setenv(f"OPSCONDUCTOR_{name}", str(port))
    return tmp_path


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Runs `opsconductor` with arguments; returns the exit code."""

    def command(*arguments: str) -> int:
        monkeypatch.setattr(sys, "argv", ["opsconductor", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        code = ended.value.code
        assert isinstance(code, int)
        return code

    return command


Run = Callable[..., int]
Output = pytest.CaptureFixture[str]


def test_version_names_the_product(run: Run, capsys: Output) -> None:
    """The line begins with the name and the version."""
    assert run("version") == ExitCode.OK
    assert capsys.readouterr().out.startswith("opsconductor 3.")


@pytest.mark.parametrize("arguments", [("status",), ("check",)])
def test_what_needs_a_running_system_says_how_to_start_it(
    run: Run, capsys: Output, arguments: Sequence[str]
) -> None:
    """Exit 3, and the command that starts it."""
    assert run(*arguments) == ExitCode.NOT_RUNNING
    assert "make up" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments", [("run", "how full are the disks?"), ("tool", "list"), ("tool", "run", "echo")]
)
def test_a_service_that_does_not_answer_is_not_running(
    run: Run, capsys: Output, arguments: Sequence[str]
) -> None:
    """Exit 3 without a traceback."""
    assert run(*arguments) == ExitCode.NOT_RUNNING
    assert "make up" in capsys.readouterr().err


def test_status_as_json_tells_that_nothing_runs(run: Run, capsys: Output) -> None:
    """A program gets JSON in every case."""
    assert run("status", "--json") == ExitCode.NOT_RUNNING
    assert json.loads(capsys.readouterr().out) == {"running": False, "pid": None, "processes": []}


def test_down_is_done_when_nothing_runs(run: Run) -> None:
    """Stopping what does not run is a success, as often as one likes."""
    assert [run("down"), run("down")] == [ExitCode.OK, ExitCode.OK]


@pytest.mark.parametrize("arguments", [("up",), ("down",), ("status",), ("run", "x")])
def test_wrong_settings_are_explained_with_their_line(
    run: Run,
    capsys: Output,
    monkeypatch: pytest.MonkeyPatch,
    nowhere: Path,
    arguments: Sequence[str],
) -> None:
    """Exit 2, and the text names file and line."""
    config = nowhere / "opsconductor.toml"
    config.write_text("\n[console]\nprot = 1\n")
    monkeypatch.setenv("OPSCONDUCTOR_CONFIG", str(config))
    assert run(*arguments) == ExitCode.USAGE
    assert f"{config}, line 3" in capsys.readouterr().err


def test_an_unknown_process_cannot_be_left_dead(run: Run, capsys: Output) -> None:
    """`--no-restart` with a name that does not exist is wrong use, and lists the names."""
    assert run("up", "--plain", "--no-restart", "nobody") == ExitCode.USAGE
    assert "ai-pipeline" in capsys.readouterr().err


def test_generate_writes_checks_and_removes_what_is_surplus(
    run: Run, capsys: Output, monkeypatch: pytest.MonkeyPatch, nowhere: Path
) -> None:
    """After writing, the check is content; a changed or an added file makes it fail by name."""
    folder = nowhere / "generated"
    monkeypatch.setattr(generate, "GENERATED", folder)
    monkeypatch.setattr(generate, "EXAMPLE", nowhere / "opsconductor.toml.example")
    monkeypatch.setattr(evidence, "DOCUMENTS", nowhere / "docs/evidence")
    monkeypatch.setattr(capacity_inputs, "DOCUMENTS", nowhere)
    assert run("generate", "--check") == ExitCode.FAILED
    assert run("generate") == ExitCode.OK
    assert run("generate", "--check") == ExitCode.OK
    rules = folder / "prometheus/rules.yml"
    rules.write_text("groups: []\n")
    (folder / "left-over.yml").touch()
    capsys.readouterr()
    assert run("generate", "--check") == ExitCode.FAILED
    shown = capsys.readouterr().out
    assert str(rules) in shown
    assert "left-over.yml" in shown
    assert run("generate") == ExitCode.OK
    assert (nowhere / "docs/evidence/alerting-on-slos.md").is_file()
    assert (nowhere / "docs/capacity.md").is_file()
    assert not (folder / "left-over.yml").exists()


@pytest.mark.parametrize("text", [None, "{}", "no JSON"])
def test_generate_refuses_evidence_that_is_not_there(
    run: Run, capsys: Output, monkeypatch: pytest.MonkeyPatch, nowhere: Path, text: str | None
) -> None:
    """Without usable results there is no page, and the file and the way out are named."""
    results = nowhere / "figures.json"
    if text is not None:
        results.write_text(text)
    monkeypatch.setattr(evidence, "FIGURES_FILE", results)
    assert run("generate", "--check") == ExitCode.FAILED
    shown = capsys.readouterr().err
    assert str(results) in shown
    assert "opsconductor evidence" in shown


def test_the_help_lists_every_exit_code(run: Run, capsys: Output) -> None:
    """What scripts rely on is documented."""
    assert run("--help") == ExitCode.OK
    assert "Exit codes" in capsys.readouterr().out
    for code in ExitCode:
        assert f"{code} " in EXIT_CODES


def test_a_misspelled_command_is_answered_with_the_one_that_was_meant(
    run: Run, capsys: Output
) -> None:
    """Exit 2, and the near name, although no command's module was read for it."""
    assert run("lnt") == ExitCode.USAGE
    assert "lint" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "not_needed"),
    [
        ("version", ("httpx", "promql_parser", "prometheus_client", "structlog")),
        ("lint", ("httpx", "prometheus_client", "structlog")),
        ("slo", ("promql_parser", "prometheus_client", "structlog")),
    ],
)
def test_a_command_loads_only_what_it_needs(command: str, not_needed: Sequence[str]) -> None:
    """What is typed at night answers at once: the rooms of other commands cost no time."""
    script = (
        "import sys\nfrom opsconductor.cli.app import app\n"
        f"try: app([{command!r}, '--help'])\n"
        f"except SystemExit: sys.exit(repr(set({tuple(not_needed)!r}) & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], check=False, capture_output=True, text=True
    )
    assert "Usage" in done.stdout
    assert done.stderr.strip() == "set()"


def test_an_unexpected_error_is_not_hidden() -> None:
    """Only what is known is turned into a line of text."""
    assert explain(KeyError("bug"))[0] is None
    assert explain(UpstreamError("too slow", "timeout")) == ("too slow", ExitCode.FAILED)


@pytest.mark.parametrize(
    ("seconds", "shown"), [(-1, "0s"), (59, "59s"), (61, "1m"), (7200, "2h"), (200_000, "2d")]
)
def test_an_age_is_shown_in_its_largest_unit(seconds: float, shown: str) -> None:
    """Never negative, never more than one unit."""
    assert age(seconds) == shown
