"""Show one process a folder at a path where the system has none.

The process runs in a mount namespace of its own, and of its own user namespace where it is not
root's: there `/usr/share` is a folder of links to the system's, with one entry added. Everybody
else sees the system as it was, and when the process ends nothing is left.
"""

import os
import shutil
import subprocess
from pathlib import Path

SHARE = Path("/usr/share")

_SCRIPT = """\
set -e
stage=$1 shown=$2 folder=$3
shift 3
mount -t tmpfs -o mode=755 tmpfs "$stage"
mkdir "$stage/system" "$stage/share"
mount --rbind /usr/share "$stage/system"
ln -s "$stage"/system/* "$stage/share/"
rm -f "$stage/share/${shown%%/*}"
mkdir -p "$stage/share/${shown%/*}"
ln -s "$folder" "$stage/share/$shown"
mount --rbind "$stage/share" /usr/share
exec "$@"
"""
"""`shown` (two or more parts, below /usr/share) leads to `folder`; its first part shows only it."""


def showing(folder: Path, at: Path, stage: Path) -> tuple[str, ...]:
    """What to put before a command so that it sees `folder` at `at`, a path below /usr/share.

    `stage` is an empty folder that the namespace mounts over; it stays empty outside.
    """
    shown = at.relative_to(SHARE)
    users = () if os.geteuid() == 0 else ("--map-root-user",)
    return (
        "unshare",
        "--mount",
        *users,
        "sh",
        "-c",
        _SCRIPT,
        "sh",
        f"{stage}",
        f"{shown}",
        f"{folder}",
    )


def possible(prefix: tuple[str, ...]) -> bool:
    """Whether this machine lets the user make such a namespace."""
    if not shutil.which("unshare"):
        return False
    done = subprocess.run((*prefix, "true"), capture_output=True, check=False)  # noqa: S603  our own prefix
    return done.returncode == 0
