"""A process's exit code and its last words say why it did not start."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from opsconductor.serving import run
from opsconductor.serving.server import PortTakenError
from opsconductor.settings import Settings, SettingsError


class OwnError(Exception):
    """An error of the service's own."""


@pytest.fixture(autouse=True)
def _usual_logging(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What `run` configures is taken back."""
    level = logging.getLogger().level
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    yield
    logging.getLogger().setLevel(level)
    structlog.reset_defaults()


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings file that `run` reads."""
    path = tmp_path / "opsconductor.toml"
    path.write_text("[console]\nport = 3100\n", encoding="utf-8")
    monkeypatch.setenv("OPSCONDUCTOR_CONFIG", str(path))
    return path


def test_the_service_gets_its_settings() -> None:
    """What the file says arrives, and a clean end is exit code 0."""
    seen: list[Settings] = []
    assert run("test", seen.append) == 0
    assert seen[0].console.port == 3100


def test_bad_settings_are_told_without_a_traceback(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The error text alone, and exit code 2."""
    config.write_text("[console]\nprot = 1\n", encoding="utf-8")
    assert run("test", lambda _settings: None) == 2
    assert capsys.readouterr().err == (
        f"{config}, line 2: unknown setting console.prot; did you mean console.port?; "
        "see opsconductor.toml.example\n"
    )


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (PortTakenError("cannot listen on 127.0.0.1:1: taken"), 1),
        (SettingsError("two ports are the same"), 2),
    ],
)
def test_a_service_that_cannot_start_says_why(
    error: Exception, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """A port that is taken is exit code 1, settings that do not fit together are 2."""

    def start(_settings: Settings) -> None:
        raise error

    assert run("test", start) == code
    assert capsys.readouterr().err == f"{error}\n"


def test_a_services_own_errors_are_told_the_same_way() -> None:
    """A service says which of its errors are about settings and which about the machine."""

    def start(_settings: Settings) -> None:
        raise OwnError("no")

    assert run("test", start, bad_settings=(OwnError,)) == 2
    assert run("test", start, cannot_start=(OwnError,)) == 1
    with pytest.raises(OwnError):
        run("test", start)
