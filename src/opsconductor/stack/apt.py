"""apt with a state of its own, so that nothing of the system's is read stale or written.

Package lists and downloads live in one folder of ours; the system's sources, keys, proxies and
dpkg status are only read. Works without root and on a machine whose own lists are empty.
"""

import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_INST = re.compile(r"^Inst (\S+) (?:\[[^\]]*\] )?\((\S+) .*\[(\w+)\]\)", re.MULTILINE)
_OWN = re.compile(r"^(?:Dir\b|DPkg::P|APT::Update::P|APT::Sandbox)", re.IGNORECASE)
"""What is left out of the copied configuration: paths, which become ours, and hooks, which would
touch the system after an update."""


class AptError(Exception):
    """apt or dpkg failed; the text carries what it said last."""


@dataclass(frozen=True, slots=True)
class Package:
    """One package that a simulated installation would install."""

    name: str
    version: str
    architecture: str

    @property
    def request(self) -> str:
        """How apt-get is asked for exactly this package."""
        return f"{self.name}:{self.architecture}={self.version}"


class Apt:
    """apt-get over the lists and archives in `folder`. Methods raise `AptError`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.archives = folder / "archives"
        self._config = folder / "apt.conf"

    @property
    def has_lists(self) -> bool:
        """Whether package lists were fetched before."""
        return any((self._folder / "lists").glob("*_Packages*"))

    def prepare(self) -> None:
        """Make the folders and the configuration: the system's, with paths of ours."""
        for part in ("lists/partial", "cache/archives/partial", "archives", "parts"):
            (self._folder / part).mkdir(parents=True, exist_ok=True)
        dump = self._run(("apt-config", "dump"), configured=False).splitlines()
        kept = [line for line in dump if not _OWN.match(line)]
        own = {
            "Dir::State::lists": self._folder / "lists",
            "Dir::Cache": self._folder / "cache",
            "Dir::Etc::main": "/dev/null",
            "Dir::Etc::parts": self._folder / "parts",
            "APT::Sandbox::User": "",
            "Acquire::Languages": "none",
            "Acquire::Retries": "3",
        }
        lines = (*kept, *(f'{name} "{value}";' for name, value in own.items()), "")
        # The copied configuration may hold a proxy's password.
        descriptor = os.open(self._config, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write("\n".join(lines))

    def update(self) -> None:
        """Fetch the package lists.

        A source of the machine's that fails does not matter while Debian's own answers; whether
        the lists suffice shows when a package is looked for.
        """
        self._run(("apt-get", "update"), check=False)

    def closure(self, names: Sequence[str]) -> list[Package]:
        """The packages themselves and what they need that this machine lacks."""
        command = ("apt-get", "--simulate", "--reinstall", "--no-install-recommends", "install")
        found = [Package(*match) for match in _INST.findall(self._run((*command, *names)))]
        missing = set(names) - {package.name for package in found}
        if missing:
            raise AptError(f"apt would not install {', '.join(sorted(missing))}")
        return found

    def download(self, packages: Sequence[Package]) -> list[Path]:
        """Their archives, verified by apt. What an interrupted run fetched is not fetched again."""
        self._run(("apt-get", "download", *(package.request for package in packages)))
        return [self._archive(package) for package in packages]

    def unpack(self, archive: Path, root: Path) -> None:
        """Unpack an archive's files; its maintainer scripts do not run."""
        self._run(("dpkg", "-x", str(archive), str(root)))

    def _archive(self, package: Package) -> Path:
        version = package.version.replace(":", "%3a")
        path = self.archives / f"{package.name}_{version}_{package.architecture}.deb"
        if not path.exists():
            raise AptError(f"apt-get download left no {path.name}")
        return path

    def _run(self, command: Sequence[str], *, configured: bool = True, check: bool = True) -> str:
        environment = {**os.environ, "LC_ALL": "C"}
        if configured:
            environment["APT_CONFIG"] = str(self._config)
        done = subprocess.run(  # noqa: S603  fixed programs, arguments as a vector
            command,
            cwd=self.archives,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if check and done.returncode:
            said = "\n".join((done.stderr or done.stdout).strip().splitlines()[-4:])
            raise AptError(f"{' '.join(command[:2])} failed: {said}")
        return done.stdout
