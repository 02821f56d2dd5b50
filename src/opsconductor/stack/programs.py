"""Find Prometheus and Alertmanager: on PATH, else unpacked from Debian's packages."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from opsconductor.settings import Settings
from opsconductor.stack import mount_namespace
from opsconductor.stack.debian_packages import DebianPackages, PackagesError, Say, supported

TEMPLATES = Path("/usr/share/prometheus/alertmanager")
"""Where Debian's Alertmanager looks for its default template; compiled in."""

_INSTALL = """\
{missing} not found on PATH, and this machine has no apt-get and dpkg to unpack them with. Install
them and try again, for example:
  macOS          brew install prometheus alertmanager
  Arch           pacman -S prometheus alertmanager
  openSUSE       zypper install golang-github-prometheus-prometheus \
golang-github-prometheus-alertmanager
  anything else  unpack the releases of https://prometheus.io/download/ into a folder on PATH"""

_FLAG = re.compile(r"^\s+(--[a-z][a-z0-9.\-]*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Program:
    """A program that can be started.

    `command` begins its argument vector; `flags` are the options it was seen to know; `root` is
    the tree it was unpacked into, or None for the machine's own.
    """

    command: tuple[str, ...]
    flags: frozenset[str] = frozenset()
    root: Path | None = None


@dataclass(frozen=True, slots=True)
class Programs:
    """What the system needs besides Python."""

    prometheus: Program
    promtool: Program
    alertmanager: Program
    amtool: Program


def locate(settings: Settings, say: Say) -> Programs:
    """Find every program, unpacking packages where it must. Raises `PackagesError`."""
    packages = DebianPackages(settings.packages, say)
    prometheus, promtool = _pair(packages, "prometheus", ("prometheus",), "promtool")
    alertmanager, amtool = _pair(
        packages, "prometheus-alertmanager", ("alertmanager", "prometheus-alertmanager"), "amtool"
    )
    return Programs(
        prometheus=_probed(prometheus),
        promtool=promtool,
        alertmanager=_with_templates(_probed(alertmanager)),
        amtool=amtool,
    )


def _pair(
    packages: DebianPackages, package: str, names: tuple[str, ...], tool: str
) -> tuple[Program, Program]:
    """A server and its command-line tool, both from the same place."""
    server, tool_path = _on_path(names), shutil.which(tool)
    if server and tool_path:
        return Program((server,)), Program((tool_path,))
    if not supported():
        raise PackagesError(_INSTALL.format(missing=f"{names[0]} and {tool}"))
    root = packages.tree(package)
    folder = root / "usr/bin"
    return Program((str(folder / names[-1]),), root=root), Program((str(folder / tool),), root=root)


def _on_path(names: tuple[str, ...]) -> str | None:
    """The first of the names on PATH that says it is the server looked for."""
    for name in names:
        path = shutil.which(name)
        if path and f"{names[0]}, version" in _output(path, "--version"):
            return path
    return None


def _probed(program: Program) -> Program:
    flags = frozenset(_FLAG.findall(_output(*program.command, "--help")))
    return Program(program.command, flags, program.root)


def _with_templates(program: Program) -> Program:
    """Debian's Alertmanager ends without its template; show it the unpacked one."""
    if program.root is None or TEMPLATES.exists():
        return program
    stage = program.root / ".share"
    stage.mkdir(exist_ok=True)
    prefix = mount_namespace.showing(
        program.root / TEMPLATES.relative_to("/"), at=TEMPLATES, stage=stage
    )
    if not mount_namespace.possible(prefix):
        raise PackagesError(
            f"Debian's Alertmanager wants its template in {TEMPLATES}, and this machine does not "
            "let you make the mount namespace that would show it there. Install the package and "
            "keep its service off:\n"
            "  sudo apt-get install prometheus-alertmanager\n"
            "  sudo systemctl disable --now prometheus-alertmanager"
        )
    return Program((*prefix, *program.command), program.flags, program.root)


def _output(*command: str) -> str:
    """What the program prints; older releases print their help on standard error."""
    done = subprocess.run(  # noqa: S603  a program found on PATH or unpacked by us
        command, capture_output=True, text=True, check=False, timeout=30
    )
    return done.stdout + done.stderr
