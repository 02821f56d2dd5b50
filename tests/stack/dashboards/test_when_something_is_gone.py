"""What the console says when data goes away. The last of its folder: what dies here stays dead."""

import re
import signal

import pytest
from playwright.sync_api import Page
from tests.stack.dashboards.looking import keep, number, opened, states, until
from tests.stack.system import System

pytestmark = pytest.mark.stack


def test_a_metric_that_vanished_is_named_with_when_it_was_last_seen(
    busy: System, page: Page
) -> None:
    """A panel may not be blank: it must say which metric is gone and since when."""
    opened(page, "opsconductor-stack")
    busy.kill("canary", signal.SIGKILL)
    page.goto("/d/opsconductor-stack?refresh=1s&from=now-5s&to=now")
    one = number("opsconductor-stack", "Probe Duration (P95)")
    until(page, lambda: states(page).get(one) == "nodata", 60)
    said = page.locator(f"[data-panel-id='{one}'] .panel-message")
    gone = r"canary_request_duration_seconds_bucket is not there; it was last seen at 2\d{3}-.+\."
    until(page, lambda: re.fullmatch(gone, said.inner_text()) is not None)
    targets = page.locator(f"[data-panel-id='{number('opsconductor-stack', 'Targets')}']")
    until(page, lambda: re.search(r"canary\s+down", targets.inner_text()) is not None)


def test_while_prometheus_is_down_panels_keep_what_they_showed(busy: System, page: Page) -> None:
    """Old data must stay with a badge that tells since when; a new page must say what is wrong."""
    opened(page, "opsconductor-selector")
    busy.kill("prometheus", signal.SIGKILL)
    until(page, lambda: set(states(page).values()) == {"stale"}, 40)
    badge = page.locator("[data-panel-id='2'] .panel-badge")
    assert re.fullmatch(r"stale since \d\d:\d\d:\d\d", badge.inner_text())
    assert page.locator("[data-panel-id='2'] canvas").is_visible()
    keep(page, "prometheus-down")
    page.goto("/d/opsconductor-selector")
    until(page, lambda: set(states(page).values()) == {"error"})
    message = page.locator("[data-panel-id='2'] .panel-message").inner_text()
    assert "Prometheus cannot be reached" in message
