"""Programs that only tests need, from this machine or from Debian's packages."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from opsconductor.settings import load
from opsconductor.stack.debian_packages import DebianPackages, library_path

POSTGRES_PACKAGE = "postgresql-15"
CHROMIUM_PACKAGES = ("chromium", "chromium-common", "fonts-dejavu-core")


@dataclass(frozen=True)
class PostgresPrograms:
    """The folder of initdb and postgres, and what they need in their environment."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Chromium:
    """What a browser driver is given to start the browser."""

    executable: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str]


def debian_packages() -> DebianPackages:
    """The folder that the running system uses too, so that nothing is fetched twice."""
    return DebianPackages(load().packages, print)


def postgres_programs(*, unpacked: bool = False) -> PostgresPrograms:
    """PostgreSQL from PATH unless it is not there or `unpacked` is asked for."""
    server, initdb = shutil.which("postgres"), shutil.which("initdb")
    if server and initdb and not unpacked:
        return PostgresPrograms(Path(server).resolve().parent)
    tree = debian_packages().tree(POSTGRES_PACKAGE)
    (folder,) = tree.glob("usr/lib/postgresql/*/bin")
    return PostgresPrograms(folder, {"LD_LIBRARY_PATH": library_path(tree)})


def chromium_program(scratch: Path, *, unpacked: bool = False) -> Chromium:
    """Chromium from PATH unless it is not there or `unpacked` is asked for."""
    # Root has no other user to give the sandbox to; containers give little shared memory.
    arguments = ("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu")
    found = shutil.which("chromium")
    if found and not unpacked:
        return Chromium(found, arguments, dict(os.environ))
    tree = debian_packages().tree(*CHROMIUM_PACKAGES)
    fonts = scratch / "fonts.conf"
    fonts.write_text(
        "<?xml version='1.0'?><!DOCTYPE fontconfig SYSTEM 'fonts.dtd'><fontconfig>"
        f"<dir>{tree}/usr/share/fonts</dir><dir>/usr/share/fonts</dir>"
        f"<cachedir>{scratch}/fonts</cachedir></fontconfig>",
        encoding="utf-8",
    )
    environment = {
        **os.environ,
        "LD_LIBRARY_PATH": library_path(tree),
        "FONTCONFIG_FILE": str(fonts),
        "HOME": str(scratch),
    }
    return Chromium(str(tree / "usr/lib/chromium/chromium"), arguments, environment)
