"""The metrics endpoint hands the scraper's wishes to telemetry."""

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from opsconductor.contract import EXPOSED
from opsconductor.serving import metrics_page
from opsconductor.telemetry import Telemetry


async def scrape(**headers: str) -> httpx.Response:
    """One scrape with these headers."""
    telemetry = Telemetry(EXPOSED["canary"])
    app = Starlette(routes=[Route("/metrics", metrics_page(telemetry))])
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
        return await http.get("/metrics", headers={"accept-encoding": "identity", **headers})


@pytest.mark.anyio
async def test_text_is_the_default() -> None:
    """A browser or curl sees Prometheus text."""
    response = await scrape()
    assert response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert 'canary_requests_total{probe="pipeline",status="error"} 0.0' in response.text


@pytest.mark.anyio
async def test_openmetrics_and_gzip_are_given_when_asked_for() -> None:
    """Prometheus's own headers get what they prefer."""
    response = await scrape(
        accept="application/openmetrics-text;version=1.0.0", **{"accept-encoding": "gzip"}
    )
    assert response.headers["content-type"].startswith("application/openmetrics-text")
    assert response.headers["content-encoding"] == "gzip"
    assert response.text.endswith("# EOF\n")
