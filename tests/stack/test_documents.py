"""Documents are rendered beside the supervisor, and what is wrong is told by it."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from opsconductor.cli import main
from opsconductor.cli.errors import ExitCode
from opsconductor.settings import SettingsError, load
from opsconductor.stack.documents import render_documents
from opsconductor.stack.run_folder import StateFolderError
from opsconductor.stack.slo_files import MAX_BYTES, read_slos

GOOD = load({}).alerting.slo_dir


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A state folder that the environment names."""
    monkeypatch.setenv("OPSCONDUCTOR_STATE_DIR", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def slo_dir(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Our own objectives in a folder that a test may spoil."""
    folder = tmp_path / "slo"
    folder.mkdir()
    for path in GOOD.iterdir():
        (folder / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setenv("OPSCONDUCTOR_ALERTING_SLO_DIR", str(folder))
    return folder


def test_the_users_own_objectives_are_rendered(state: Path, slo_dir: Path) -> None:
    """A target that the user changed is the one that the rules have."""
    path = slo_dir / "pipeline-success.yaml"
    path.write_text(path.read_text().replace("target: 0.99", "target: 0.97"))
    render_documents()
    rules = state / "config/prometheus/rules.yml"
    groups = {one["name"]: one for one in yaml.safe_load(rules.read_text())["groups"]}
    texts = [rule["expr"] for rule in groups["slo-pipeline-success"]["rules"]]
    assert "vector(0.97)" in texts
    assert (rules.stat().st_mode & 0o777) == 0o600


def test_boards_are_rendered_from_the_users_own_limits(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the console plays must draw the limit that the alert has, and no board of before."""
    config = state.parent / "opsconductor.toml"
    config.write_text("[alerting.thresholds]\nDiskNearlyFull = 0.27\n")
    monkeypatch.setenv("OPSCONDUCTOR_CONFIG", str(config))
    folder = state / "config/grafana/dashboards"
    folder.mkdir(parents=True)
    (folder / "of-another-version.json").write_text("{}")
    render_documents()
    assert '"value": 0.27' in (folder / "opsconductor-stack.json").read_text()
    assert "< 0.27" in (state / "config/prometheus/rules.yml").read_text()
    assert not (folder / "of-another-version.json").exists()


def test_a_broken_objective_is_told_with_file_and_line(state: Path, slo_dir: Path) -> None:
    """Every one of them, and nothing is written that would be silent about the rest."""
    path = slo_dir / "selector-latency.yaml"
    path.write_text(path.read_text().replace("target: 0.95", "target: 95"))
    (slo_dir / "more.yaml").write_text("kind: SLO\n")
    line = path.read_text().splitlines().index("    - target: 95") + 1
    with pytest.raises(SettingsError) as told:
        render_documents()
    assert f"alerting.slo_dir: {path}:{line}: SLO selector-latency: target 95" in str(told.value)
    assert f"{slo_dir / 'more.yaml'}:1: " in str(told.value)
    assert not (state / "config").exists()


def test_up_ends_with_the_exit_code_of_wrong_settings(
    state: Path,
    slo_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One sentence with the place, no traceback, before anything is started."""
    (slo_dir / "execution-success.yaml").unlink()
    monkeypatch.setattr(sys, "argv", ["opsconductor", "up", "--plain"])
    monkeypatch.setattr("opsconductor.cli.up.require_free", lambda *_: None)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == ExitCode.USAGE
    said = capsys.readouterr().err
    assert "AIExecutionErrorRateHigh reads the SLO execution-success" in said


def test_a_state_folder_that_cannot_be_written_is_told(state: Path) -> None:
    """A file where the folder should be: what and where, no traceback."""
    state.parent.mkdir(exist_ok=True)
    state.write_text("in the way")
    with pytest.raises(StateFolderError, match=r"documents cannot be written: .*state"):
        render_documents()


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda folder: None, "does not exist"),
        (lambda folder: folder.mkdir(), r"holds no \.yaml file"),
        (lambda folder: _file(folder, b"\xff\xfe"), "not UTF-8"),
        (lambda folder: _file(folder, b"x" * (MAX_BYTES + 1)), "larger than"),
    ],
    ids=["missing", "empty", "binary", "huge"],
)
def test_a_folder_without_objectives_is_refused(
    tmp_path: Path, spoil: Callable[[Path], None], says: str
) -> None:
    """The message names the folder or file, and the setting."""
    folder = tmp_path / "slo"
    spoil(folder)
    with pytest.raises(SettingsError, match=says):
        read_slos(folder)


def _file(folder: Path, content: bytes) -> None:
    folder.mkdir()
    (folder / "x.yaml").write_bytes(content)
