"""The player's modules, tested by node's own test runner."""

import re
import subprocess

from opsconductor.console.assets import require_node
from opsconductor.settings import PROJECT_ROOT

SCRIPTS = sorted((PROJECT_ROOT / "tests/console/player").glob("*.test.js"))
TIMEOUT_SECONDS = 120


def test_the_players_modules_do_what_their_tests_say() -> None:
    """Every test of the modules that need no browser must pass."""
    assert SCRIPTS
    done = subprocess.run(
        (require_node(print), "--test", *map(str, SCRIPTS)),
        cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"\bpass [1-9]", done.stdout), done.stdout
