"""Whoever follows the guide to the letter has a metric with all that hangs on it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from opsconductor.contract import AUTOMATION, EXPOSED
from opsconductor.settings import PROJECT_ROOT

GUIDE = (PROJECT_ROOT / "docs/add-a-metric.md").read_text(encoding="utf-8")
COPIED = ("src", "docs", "slo", "tools", "generated", "opsconductor.toml.example")
FAMILY, REASON = "ai_truncated_runs_total", "rate_limited"
BUDGET = 66

STEP = re.compile(r"in\s`(?P<file>[\w/-]+\.py)`[^`]*?:\n\n```diff\n(?P<patch>.*?)```", re.DOTALL)
SERVE = """
import asyncio
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
from opsconductor.automation.app import create_app
from opsconductor.settings import load

class TooMany(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_error(429)

    do_HEAD = do_GET

def refusing():
    server = HTTPServer(("127.0.0.1", 0), TooMany)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/"

async def main():
    app = create_app(load())
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app):
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
            print((await client.get("/metrics")).text)
            body = {"name": "log_tail", "params": {"path": PATH, "lines": 1000}}
            print((await client.post("/ai/tools/execute", json=body)).text)
            body = {"name": "http_check", "params": {"url": refusing()}}
            print((await client.post("/ai/tools/execute", json=body)).text)
            print((await client.get("/metrics")).text)

asyncio.run(main())
"""


def steps() -> list[tuple[str, str, str]]:
    """A file, lines that are in it, and what they become, as the guide's patches have them."""
    found = []
    for match in STEP.finditer(GUIDE):
        lines = match["patch"].splitlines()
        before = "".join(f"{line[1:]}\n" for line in lines if not line.startswith("+"))
        after = "".join(f"{line[1:]}\n" for line in lines if not line.startswith("-"))
        found.append((match["file"], before, after))
    return found


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree in which the guide's steps were done."""
    folder = tmp_path_factory.mktemp("extended")
    ignored = shutil.ignore_patterns("__pycache__")
    for name in (*COPIED, "tests/contract"):
        source = PROJECT_ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=ignored)
        else:
            shutil.copy(source, folder / name)
    for file, before, after in steps():
        text = (folder / file).read_text(encoding="utf-8")
        assert text.count(before) == 1, f"{file} has not once:\n{before}"
        (folder / file).write_text(text.replace(before, after), encoding="utf-8")
    return folder


def run(folder: Path, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the copy, with the copy's sources."""
    kept = {name: value for name, value in os.environ.items() if "OPSCONDUCTOR" not in name}
    environment = {**kept, "PYTHONPATH": f"{folder / 'src'}", **more}
    return subprocess.run(
        (sys.executable, *command),
        cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


def cli(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the copy."""
    return run(folder, "-m", "opsconductor.cli", *arguments)


def test_the_guide_has_every_step() -> None:
    """Declaration, recording and promise, of a family and of a value: no more is to be written."""
    files = [file for file, _, _ in steps()]
    assert files == [
        "src/opsconductor/contract/families.py",
        "src/opsconductor/automation/metrics.py",
        "src/opsconductor/automation/metrics.py",
        "src/opsconductor/automation/executions.py",
        "tests/contract/test_families.py",
        "src/opsconductor/contract/reason.py",
        "src/opsconductor/automation/builtins/http_check.py",
        "tests/contract/test_families.py",
    ]


def test_the_service_exposes_both_at_zero_and_counts(extended: Path, tmp_path: Path) -> None:
    """The first scrape has their series; a cut output is counted, and a refusal by its reason."""
    log = tmp_path / "logs/long.log"
    log.parent.mkdir()
    log.write_text(f"{'a line that is much too long to be kept ' * 10}\n" * 400, encoding="utf-8")
    source = SERVE.replace("PATH", repr(str(log)))
    done = run(extended, "-c", source, OPSCONDUCTOR_STATE_DIR=str(tmp_path))
    assert done.returncode == 0, done.stderr
    errors = f'ai_request_errors_total{{reason="{REASON}",tool="http_check"}}'
    for series in (f'{FAMILY}{{tool="log_tail"}}', errors):
        values = re.findall(rf"^{re.escape(series)} (\S+)$", done.stdout, re.MULTILINE)
        assert [float(value) for value in values] == [0, 1], done.stdout


def test_generate_brings_the_rest_along(extended: Path) -> None:
    """Budget, panel, reference, causes and colours follow, and the tree is clean afterwards."""
    stale = cli(extended, "generate", "--check")
    assert stale.returncode == 1, stale.stderr
    written = cli(extended, "generate")
    assert written.returncode == 0, written.stdout + written.stderr
    reference = (extended / "docs/reference/metrics.md").read_text(encoding="utf-8")
    (section,) = re.findall(rf"^### {FAMILY}\n(.*?)\n##", reference, re.MULTILINE | re.DOTALL)
    assert "`src/opsconductor/automation/metrics.py`" in section
    assert f"[{FAMILY}](" in section  # its panel
    boards = (extended / "generated/grafana/dashboards").glob("*.json")
    assert any(f'"title": "{FAMILY}"' in board.read_text("utf-8") for board in boards)
    rules = (extended / "generated/prometheus/rules.yml").read_text(encoding="utf-8")
    (budget,) = re.findall(r'samples_scraped{job="automation-service"} / (\d+) >', rules)
    before = sum(family.budget for family in EXPOSED[AUTOMATION])
    assert int(budget) >= before + BUDGET  # the counter of overflows has one more label to count
    runbook = (extended / "docs/runbooks/AIExecutionErrorRateHigh.md").read_text(encoding="utf-8")
    assert f"- `{REASON}`: the target wants to be asked less often." in runbook
    board = (extended / "generated/grafana/dashboards/opsconductor-execution.json").read_text(
        "utf-8"
    )
    assert f'"options": "{REASON}"' in board
    assert cli(extended, "generate", "--check").returncode == 0
    lint = cli(extended, "lint")
    assert lint.returncode == 0, lint.stdout


def test_the_promise_of_the_families_holds(extended: Path) -> None:
    """The tests of the contract agree with the new family and the new value."""
    done = run(
        extended, "-m", "pytest", "-q", "-p", "no:cacheprovider",
        "--import-mode=importlib", "tests/contract/test_families.py",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
