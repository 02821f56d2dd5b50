"""A million names that nobody foresaw cost one series for each label set, and no memory."""

import os
from pathlib import Path

from tests.telemetry.conftest import Scrape

from opsconductor.automation.metrics import RunMetrics
from opsconductor.contract import AUTOMATION, EXPOSED, Reason, families
from opsconductor.telemetry import Telemetry

NAMES = 1_000_000
MOST_BYTES = 4_000_000
"""A name kept for ever costs 100 bytes and more, which would make 100 MB."""


def resident() -> int:
    """The memory that this process holds, in bytes."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def test_a_million_tool_names_make_one_series(scrape: Scrape) -> None:
    """Every name beyond the policy is `other`, is counted as an overflow, and is then forgotten."""
    telemetry = Telemetry(EXPOSED[AUTOMATION], bounds={"tool": ["echo"]})
    requests = telemetry.counter(families.AI_REQUESTS)
    requests.bind(status="error", tool="first").inc()
    before, held = scrape(telemetry), resident()
    for number in range(1, NAMES):
        requests.bind(status="error", tool=f"tool-{number}").inc()
    after = scrape(telemetry)
    assert after.keys() == before.keys()
    one = frozenset({"status": "error", "tool": "other"}.items())
    overflow = frozenset({"family": "ai_requests_total", "label": "tool"}.items())
    assert after["ai_requests_total", one] == NAMES
    assert after["telemetry_label_overflow_total", overflow] == NAMES
    assert resident() - held < MOST_BYTES


def test_names_that_clients_invent_are_unknown_and_no_overflow(scrape: Scrape) -> None:
    """A client cannot raise the alert on overflows, which is about catalogues and our own code."""
    telemetry = Telemetry(EXPOSED[AUTOMATION])
    metrics = RunMetrics(telemetry)
    metrics.admit({})
    metrics.ended("bob@example.org", Reason.TOOL_NOT_FOUND, 0.1, "a" * 32)
    before = scrape(telemetry).keys()
    for number in range(10_000):
        metrics.ended(f"tool-{number}", Reason.TOOL_NOT_FOUND, 0.1, "a" * 32)
    after = scrape(telemetry)
    assert after.keys() == before
    assert {dict(key[1])["tool"] for key in after if key[0] == "ai_requests_total"} == {"unknown"}
    assert not sum(
        value for key, value in after.items() if key[0] == "telemetry_label_overflow_total"
    )
