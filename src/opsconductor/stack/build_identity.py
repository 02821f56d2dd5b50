"""Which commit of the source runs here, asked of git."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from opsconductor.settings import Settings

UNKNOWN = "unknown"
_SECONDS = 5
"""git answers from local files; more means that it waits for something it will not get."""


def build_environment(settings: Settings, root: Path) -> Mapping[str, str]:
    """`GIT_COMMIT` and `BUILT_AT` (the commit's time, in UTC) where the settings leave them open.

    Empty where `root` is no git checkout or git is absent: the build is then shown as unknown.
    """
    given = settings.automation
    if given.git_commit != UNKNOWN or given.built_at != UNKNOWN or not (root / ".git").exists():
        return {}
    try:
        shown = subprocess.run(  # noqa: S603  a fixed vector
            ("git", "-C", str(root), "log", "-1", "--format=%h %cd", "--date=format-local:%FT%TZ"),  # noqa: S607  git of the PATH
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=True,
            env={**os.environ, "TZ": "UTC"},
        )
    except (OSError, subprocess.SubprocessError):
        return {}
    commit, _, built_at = shown.stdout.strip().partition(" ")
    return {"GIT_COMMIT": commit, "BUILT_AT": built_at} if commit and built_at else {}
