"""Programs from Debian's packages, unpacked into a folder of ours.

Nothing is installed: no service is started, no file of the system changes. A package and what it
needs that this machine lacks are unpacked together into `<folder>/<name>-<version>/`.
"""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from opsconductor.stack.apt import Apt, AptError, Package

Say = Callable[[str], None]
"""Shows one line of progress."""


class PackagesError(Exception):
    """A program cannot be obtained; the text says what to do."""


def supported() -> bool:
    """Whether this machine can unpack Debian's packages."""
    return all(shutil.which(program) for program in ("apt-get", "apt-config", "dpkg"))


class DebianPackages:
    """The unpacked packages in one folder. Safe to use from several processes at once."""

    def __init__(self, folder: Path, say: Say) -> None:
        self._folder = folder
        self._say = say
        self._apt = Apt(folder / "apt")

    def find(self, name: str) -> Path | None:
        """The tree that the package was unpacked into before, the newest if there are several."""
        trees = [path for path in self._folder.glob(f"{name}-[0-9]*") if path.is_dir()]
        return max(trees, key=lambda path: path.stat().st_mtime, default=None)

    def tree(self, name: str, *more: str) -> Path:
        """The tree of package `name`, with `more` packages in it; unpacked if it is not yet there.

        Raises `PackagesError`.
        """
        found = self.find(name)
        if found:
            return found
        try:
            with self._locked():
                # Another process may have unpacked it while this one waited.
                return self.find(name) or self._obtain((name, *more))
        except AptError as error:
            raise PackagesError(f"cannot obtain {name} from Debian's packages: {error}") from None
        except OSError as error:
            raise PackagesError(f"cannot unpack {name} into {self._folder}: {error}") from None

    def _obtain(self, names: Sequence[str]) -> Path:
        packages, archives = self._fetch(names)
        version = next(one.version for one in packages if one.name == names[0])
        final = self._folder / f"{names[0]}-{version.replace(':', '%3a')}"
        staging = self._folder / f".unpacking-{names[0]}"
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir()
        self._say(f"unpacking {names[0]} {version}")
        for archive in archives:
            self._apt.unpack(archive, staging)
        relink(staging)
        staging.rename(final)
        for archive in archives:
            archive.unlink()
        return final

    def _fetch(self, names: Sequence[str]) -> tuple[list[Package], list[Path]]:
        self._apt.prepare()
        fresh = not self._apt.has_lists
        if fresh:
            self._update()
        try:
            return self._download(names)
        except AptError:
            if fresh:
                raise
            # The lists may be older than what the mirror still carries.
            self._update()
            return self._download(names)

    def _update(self) -> None:
        self._say("reading Debian's package lists")
        self._apt.update()

    def _download(self, names: Sequence[str]) -> tuple[list[Package], list[Path]]:
        packages = self._apt.closure(names)
        others = f" and {len(packages) - 1} packages it needs" if len(packages) > 1 else ""
        self._say(f"downloading {names[0]}{others}")
        return packages, self._apt.download(packages)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._say("waiting for another process that is unpacking packages")
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def relink(root: Path, machine: Path = Path("/")) -> None:
    """Make links resolve that only do where the packages are installed.

    An absolute link becomes relative where its target is in the tree too. A relative one that leads
    nowhere becomes absolute where its target is on the machine: a package that is installed is not
    unpacked again.
    """
    for folder, folders, files in os.walk(root):
        for name in (*folders, *files):
            link = Path(folder, name)
            if not link.is_symlink():
                continue
            target = link.readlink()
            place = Path(os.path.normpath(link.parent / target))
            if target.is_absolute():
                inside = root / target.relative_to("/")
                if inside.exists():
                    _point(link, Path(os.path.relpath(inside, link.parent)))
            elif not link.exists() and place.is_relative_to(root):
                installed = machine / place.relative_to(root)
                if installed.exists():
                    _point(link, installed)


def _point(link: Path, target: Path) -> None:
    link.unlink()
    link.symlink_to(target)


def library_path(root: Path) -> str:
    """LD_LIBRARY_PATH for a program in the tree: every folder of it that holds shared libraries."""
    folders = {
        path.parent
        for base in ("lib", "usr/lib")
        for depth in ("*/*.so*", "*/*/*.so*", "*.so*")
        for path in (root / base).glob(depth)
    }
    return ":".join(str(folder) for folder in sorted(folders))
