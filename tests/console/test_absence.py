"""What a panel asks about a metric that is not there, answered by promtool."""

import json
import subprocess
from pathlib import Path

import pytest

from opsconductor.console.assets import require_node
from opsconductor.console.templating import STATIC
from opsconductor.monitoring.yaml_text import yaml_text
from opsconductor.stack.programs import Programs

SECONDS = 60
SCRIPT = """
import { lastSecond, lastStep } from %s;
console.log(JSON.stringify([lastStep("gone", %s), lastSecond("gone", %s)]));
"""


def asked(reach: dict[str, object]) -> list[str]:
    """The two queries of the script that the pages load."""
    module, how = json.dumps((STATIC / "player/absence.js").as_uri()), json.dumps(reach)
    done = subprocess.run(
        (require_node(print), "--input-type=module", "-e", SCRIPT % (module, how, how)),
        capture_output=True, text=True, timeout=SECONDS, check=True,
    )  # fmt: skip
    queries: list[str] = json.loads(done.stdout)
    return queries


@pytest.mark.parametrize(
    ("reach", "values", "step", "second"),
    [
        ({"range": "15m", "step": 15}, "_x32 1x3 stale", 45, 35),
        ({"range": "15m", "step": 15}, "_x30 1 stale", 45, 30),
        ({"range": "15m", "step": 15}, "1x40 stale _x100 1x2 stale", 150, 144),
        ({"range": "7d", "step": 300}, "_x3610 1x20 stale", 3900, 3630),
    ],
    ids=["within-a-step", "one-sample", "twice", "an-hour-ago"],
)
def test_what_lived_between_two_steps_is_found(
    programs: Programs,
    tmp_path: Path,
    reach: dict[str, object],
    values: str,
    step: int,
    second: int,
) -> None:
    """A target that is gone ends its series at once: neither end of the step sees them."""
    last_step, last_second = asked(reach)
    # Both are asked at times that a promtool file names: the end of a later step, and that found.
    checks = [
        (last_step, "7200s" if step > 900 else "900s", step),
        (last_second, f"{step}s", second),
    ]
    document = {
        "tests": [
            {
                "interval": "1s",
                "input_series": [{"series": "gone", "values": values}],
                "promql_expr_test": [
                    {
                        "expr": query,
                        "eval_time": when,
                        "exp_samples": [{"labels": "{}", "value": value}],
                    }
                    for query, when, value in checks
                ],
            }
        ]
    }
    (tmp_path / "gone.yml").write_text(yaml_text(document), encoding="utf-8")
    done = subprocess.run(
        [*programs.promtool.command, "test", "rules", "gone.yml"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=SECONDS,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
