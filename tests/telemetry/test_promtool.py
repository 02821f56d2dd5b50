"""The pages hold against Prometheus's own linter."""

import subprocess
from itertools import product

import pytest

from opsconductor.contract import EXPOSED
from opsconductor.stack.programs import Programs
from opsconductor.telemetry import Telemetry

FIXED_NAMES = {
    'ai_tools_count non-histogram and non-summary metrics should not have "_count" suffix'
}
"""What the linter holds against names that existing clients rely on."""


@pytest.mark.stack
@pytest.mark.parametrize("process", EXPOSED)
def test_promtool_finds_nothing_on_the_page(programs: Programs, process: str) -> None:
    """With every kind of series on it, the page is as Prometheus wants it."""
    families = EXPOSED[process]
    bounded = {label.name for family in families for label in family.labels if label.limit}
    telemetry = Telemetry(
        families, bounds=dict.fromkeys(bounded - {"family", "label"}, ("one", "two"))
    )
    for family in families:
        if family.seeded is None and family.kind == "histogram":
            for values in product(*((*label.values, "one")[:1] for label in family.labels)):
                given = dict(zip((x.name for x in family.labels), values, strict=True))
                telemetry.histogram(family).bind(**given).observe(0.2)
    page = telemetry.expose(None, None).body
    run = subprocess.run(
        [*programs.promtool.command, "check", "metrics"],
        input=page,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert set(run.stderr.decode().splitlines()) <= FIXED_NAMES
    assert run.returncode in {0, 3}, "3 is for a finding, anything else for a page it cannot read"
