"""What `opsconductor check` says of a system that is not well, told by servers of the test."""

import asyncio
from collections.abc import Callable
from urllib.parse import parse_qs

import httpx
import pytest

from opsconductor.cli.checks import panels, scraping
from opsconductor.cli.checks.finding import Check, Finding, Running
from opsconductor.client.alertmanager import AlertmanagerClient
from opsconductor.client.prometheus import PrometheusClient
from opsconductor.settings import Settings

Answer = Callable[[httpx.Request], httpx.Response]


def findings(
    check: Check, prometheus: Answer | None = None, console: Answer | None = None
) -> list[Finding]:
    """What the check finds where its servers answer like this."""

    def unasked(request: httpx.Request) -> httpx.Response:
        raise AssertionError(request.url)

    async def walk() -> list[Finding]:
        wire = httpx.MockTransport(prometheus or unasked)
        page = httpx.MockTransport(console or unasked)
        silent = httpx.MockTransport(unasked)
        async with (
            PrometheusClient("http://prometheus", transport=wire) as metrics,
            AlertmanagerClient("http://alertmanager") as alerts,
            httpx.AsyncClient(base_url="http://console", transport=page) as shown,
            httpx.AsyncClient(base_url="http://supervisor", transport=silent) as supervisor,
        ):
            running = Running(Settings(), metrics, alerts, shown, supervisor)
            return [finding async for finding in check(running)]

    return asyncio.run(walk())


def vector(*values: tuple[dict[str, str], str]) -> httpx.Response:
    """Prometheus's answer with these series."""
    result = [{"metric": labels, "value": [0, value]} for labels, value in values]
    data = {"resultType": "vector", "result": result}
    return httpx.Response(200, json={"status": "success", "data": data})


@pytest.mark.parametrize(
    ("failed", "ok", "said"),
    [
        ("0", True, "succeeds"),
        ("0.25", True, "25 % of the last 2m failed"),
        ("0.75", False, "75 % of the last 2m failed"),
        ("NaN", False, "none ended in the last 2m"),
        (None, False, "none ended in the last 2m"),
    ],
)
def test_a_probe_is_judged_by_what_fails_now(failed: str | None, ok: bool, said: str) -> None:
    """Successes of some minutes ago do not hide an outage: it is judged as CanaryFailing does."""

    def answer(request: httpx.Request) -> httpx.Response:
        (query,) = parse_qs(request.content.decode())["query"]
        if failed is None or 'probe="execute"' not in query:
            return vector()
        return vector(({}, failed))

    found = {one.what: one for one in findings(scraping.canary, prometheus=answer)}
    assert (found["probe execute"].ok, found["probe execute"].said) == (ok, said)


def test_families_of_a_target_that_is_down_are_no_second_defect() -> None:
    """Where nothing is scraped, the line leads to the target, and does not ask for a bug report."""
    found = findings(scraping.exposed, prometheus=lambda _: vector())
    assert [one.advice for one in found if one.what == "families ai-pipeline"] == [
        "see the line of target ai-pipeline"
    ]


@pytest.mark.parametrize(("status", "advice"), [(502, panels.UNREACHABLE), (400, panels.ADVICE)])
def test_a_panel_is_not_blamed_for_a_source_that_is_down(status: int, advice: str) -> None:
    """To generate the dashboards anew helps only where the query itself is refused."""
    target = {"datasource": {"type": "loki"}, "expr": "{}"}
    board = {"title": "Execution", "panels": [{"title": "Traces", "targets": [target]}]}

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/api/dashboards":
            return httpx.Response(200, json={"broken": {}, "dashboards": [{"uid": "one"}]})
        if request.url.path == "/api/dashboards/one":
            return httpx.Response(200, json=board)
        return httpx.Response(status, json={"status": "error", "error": "it is away"})

    refused, _ = findings(panels.answer, console=answer)
    assert (refused.said, refused.advice) == (f"{status}: it is away", advice)
