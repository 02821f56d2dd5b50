"""Make a virtual environment with pip, also where Debian's Python comes without ensurepip.

Run by the system's Python before anything is installed, so only the standard library is used:
`PYTHONPATH=src python3 -m opsconductor.stack.virtual_environment FOLDER`.
"""

import importlib.util
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from opsconductor.stack.debian_packages import DebianPackages, PackagesError, supported

PIP_PACKAGE = "python3-pip-whl"
"""Debian's package with pip as a wheel."""

_WITHOUT = """\
this Python has no ensurepip, so it cannot make a virtual environment. Install it and try again:
  Debian, Ubuntu   sudo apt-get install python3-venv"""


def create(folder: Path, *, with_pip: bool) -> None:
    """Make the environment; without ensurepip, pip comes from Debian's package.

    Raises `PackagesError` where there is no ensurepip and no Debian.
    """
    venv.create(folder, clear=True, with_pip=with_pip, symlinks=True)
    if not with_pip:
        _install_pip(folder)


def _install_pip(folder: Path) -> None:
    if not supported():
        raise PackagesError(_WITHOUT)
    with tempfile.TemporaryDirectory() as temporary:
        tree = DebianPackages(Path(temporary), _say).tree(PIP_PACKAGE)
        wheel = next((tree / "usr/share/python-wheels").glob("pip-*.whl"))
        # A wheel is an importable archive: pip installs itself.
        install = (f"{wheel}/pip", "install", "--quiet", "--no-index", str(wheel))
        subprocess.run((folder / "bin/python", *install), check=True)  # noqa: S603  our own interpreter


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def main() -> None:
    """Make the environment in the folder that the command line names."""
    try:
        create(Path(sys.argv[1]), with_pip=importlib.util.find_spec("ensurepip") is not None)
    except PackagesError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
