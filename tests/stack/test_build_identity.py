"""The build shown to users is the commit that runs."""

import os
import subprocess
from pathlib import Path

from opsconductor.settings import Settings
from opsconductor.stack.build_identity import build_environment


def commit(root: Path, when: str) -> str:
    """An empty commit made at `when`; its short name."""
    git = ("git", "-C", str(root), "-c", "user.name=a", "-c", "user.email=a@localhost")
    dates = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
    subprocess.run((*git, "init", "--quiet"), check=True)
    made = (*git, "commit", "--quiet", "--allow-empty", "--message=first")
    subprocess.run(made, check=True, env={**os.environ, **dates})
    asked = (*git, "rev-parse", "--short", "HEAD")
    return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()


def test_a_checkout_tells_its_commit_and_the_commits_time_in_utc(tmp_path: Path) -> None:
    """The commit's short name and its time, moved to UTC, reach the services' environment."""
    name = commit(tmp_path, "2024-01-20T12:00:00+02:00")

    found = build_environment(Settings(), tmp_path)

    assert found == {"GIT_COMMIT": name, "BUILT_AT": "2024-01-20T10:00:00Z"}


def test_a_setting_wins_over_the_checkout(tmp_path: Path) -> None:
    """A build that names itself is not renamed after a checkout that lies about."""
    commit(tmp_path, "2024-01-20T12:00:00+00:00")
    settings = Settings.model_validate({"automation": {"git_commit": "abc123def"}})

    assert build_environment(settings, tmp_path) == {}


def test_a_folder_without_git_tells_nothing(tmp_path: Path) -> None:
    """A deployment without its history starts all the same."""
    assert build_environment(Settings(), tmp_path) == {}
