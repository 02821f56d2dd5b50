"""The boards are what Grafana's own types say that a dashboard is, as its compiler judges."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.monitoring.dashboards.boards import TEXTS

from opsconductor.console.assets import install

pytestmark = pytest.mark.stack

TYPES = Path(__file__).with_name("provisioned.ts")
COMPILER = "node_modules/typescript/lib/tsc.js"
SECONDS = 120
PROJECT = {
    "compilerOptions": {
        "strict": True,
        "noEmit": True,
        "target": "ES2022",
        "module": "ESNext",
        "moduleResolution": "Bundler",
        "skipLibCheck": True,
        "types": [],
    },
    "include": ["*.ts"],
}

Check = Callable[[dict[str, str]], str]


@pytest.fixture(scope="module")
def check(tmp_path_factory: pytest.TempPathFactory) -> Check:
    """Compiles boards by name, each a literal of the type; returns what the compiler says."""
    folder = tmp_path_factory.mktemp("types")
    node = install(folder, print)
    (folder / "tsconfig.json").write_text(json.dumps(PROJECT))
    (folder / TYPES.name).write_text(TYPES.read_text())

    def run(texts: dict[str, str]) -> str:
        for old in folder.glob("board-*.ts"):
            old.unlink()
        for name, text in texts.items():
            # A JSON file that is imported has wider types: its texts could be any text.
            literal = f"export const board: Provisioned = {text.rstrip()};\n"
            header = 'import type { Provisioned } from "./provisioned";\n'
            (folder / f"board-{name}.ts").write_text(header + literal)
        done = subprocess.run(
            (node, COMPILER, "-p", "."),
            cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip
        assert (done.returncode == 0) == (done.stdout == ""), done.stdout + done.stderr
        return done.stdout

    return run


def test_every_board_has_the_published_types(check: Check) -> None:
    """No field may be unknown, of another type, or an enumeration's value that is none."""
    assert check({name.removesuffix(".json"): text for name, text in TEXTS.items()}) == ""


WRONG = {
    "title": ('"title": "Cache TTL"', '"title": 7'),
    "unit": ('"unit": "ops"', '"unit": 3'),
    "enumeration": ('"mode": "dashed"', '"mode": "dotted"'),
    "name": ('"lineWidth": 1.5', '"lineWidht": 1.5'),
    "number": ('"schemaVersion": 42', '"schemaVersion": "42"'),
    "option": ('"graphMode": "area"', '"graphMode": "areas"'),
    "panel": ('"type": "stat"', '"type": "stats"'),
    "query": ('"refId": "A"', '"refId": null'),
}
"""One wrong value of each kind, and what it stands in place of."""


def test_a_wrong_type_is_refused(check: Check) -> None:
    """The check must be able to fail: each wrong value is an error, and nothing else is."""
    text = TEXTS["opsconductor-selector.json"]
    assert all(right in text for right, _ in WRONG.values())
    said = check({name: text.replace(*change) for name, change in WRONG.items()} | {"good": text})
    refused = set(re.findall(r"board-(\w+)\.ts\(\d+,\d+\): error TS", said))
    assert refused == set(WRONG)


def test_what_starts_the_system_leaves_the_compiler_out(tmp_path: Path) -> None:
    """The browser's library is fetched at the first start; the tools of this test are not."""
    install(tmp_path, print, omit="dev")
    assert {path.name for path in (tmp_path / "node_modules").iterdir()} >= {"uplot"}
    assert not (tmp_path / COMPILER).exists()
