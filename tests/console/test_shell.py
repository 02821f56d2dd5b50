"""What every page has: security headers, error pages, metrics, files, and a clean start."""

import os
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route

from opsconductor.client.errors import UpstreamError
from opsconductor.console.errors import ErrorPages
from opsconductor.console.templating import STATIC, Pill, ago, duration, static, templates
from opsconductor.settings import Settings


def test_every_page_tells_the_browser_what_it_may_do(browser: httpx.Client) -> None:
    """No script but our own files, no frame around us, no sniffing, no copy kept."""
    for path in ("/alerts", "/login", "/nosuch", "/api/inbox", "/static/console.css", "/health"):
        headers = browser.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        wanted = "no-cache" if path.startswith("/static/") else "no-store"
        assert headers["cache-control"] == wanted


def test_no_page_has_an_inline_script_or_style() -> None:
    """The policy forbids them, so no template of the shell may need one."""
    for page in STATIC.parent.joinpath("templates").glob("*.html"):
        text = page.read_text()
        assert "style=" not in text, page.name
        assert "onclick" not in text, page.name
        for script in text.split("<script")[1:]:
            assert "src=" in script.partition(">")[0] or "application/json" in script, page.name


def test_the_first_page_is_a_dashboard(browser: httpx.Client) -> None:
    """Whoever opens the console sees the system at work."""
    assert browser.get("/").headers["location"].startswith(("/d/", "/dashboards"))


def test_an_unknown_page_is_a_styled_404(browser: httpx.Client) -> None:
    """The page says so in the console's own frame, and the API in JSON."""
    page = browser.get("/nosuch")
    assert page.status_code == 404
    assert "There is no such page" in page.text
    assert "<nav" in page.text
    answer = browser.get("/api/nosuch")
    assert answer.status_code == 404
    assert "mistyped" in answer.json()["detail"]


def test_a_wrong_method_is_a_styled_405(browser: httpx.Client) -> None:
    """The page says that it is not for this kind of request."""
    answer = browser.post("/alerts", headers={"sec-fetch-site": "same-origin"})
    assert answer.status_code == 405


def test_metrics_need_no_login_from_this_machine_only(anonymous: httpx.Client) -> None:
    """Prometheus scrapes from loopback; a forwarded request has to log in."""
    answer = anonymous.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    forwarded = anonymous.get("/metrics", headers={"x-forwarded-for": "10.0.0.1"})
    assert forwarded.status_code == 303


def test_the_inbox_needs_no_login_from_this_machine_only(anonymous: httpx.Client) -> None:
    """Alertmanager delivers without a login; a page in a browser cannot."""
    assert anonymous.post("/inbox/slack", json={"text": "x"}).text == "ok"
    from_page = {"origin": "https://evil.example"}
    answer = anonymous.post("/inbox/slack", json={"text": "x"}, headers=from_page)
    assert answer.status_code == 403


def test_a_large_body_is_refused(anonymous: httpx.Client) -> None:
    """Nothing over 1 MiB is read."""
    assert anonymous.post("/login", content=b"x" * 2_000_000).status_code == 413
    assert anonymous.post("/inbox/slack", content=b"x" * 2_000_000).status_code == 413


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("error", "status", "shown"),
    [
        (RuntimeError("secret detail"), 500, "Something went wrong here"),
        (UpstreamError("Prometheus is away", "unreachable"), 502, "Prometheus is away"),
    ],
)
async def test_errors_have_pages(error: Exception, status: int, shown: str) -> None:
    """A bug shows no detail and keeps the security headers; an upstream error names the service."""

    async def fail(_request: Request) -> None:
        raise error

    pages = ErrorPages(templates(lambda: Pill("ok", "all quiet", "")))
    app = Starlette(routes=[Route("/fail", fail)], exception_handlers=pages.handlers())
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://console") as client:
        answer = await client.get("/fail")
    assert answer.status_code == status
    assert shown in answer.text
    assert "secret detail" not in answer.text
    assert status != 500 or "content-security-policy" in answer.headers


def test_files_have_a_version_that_follows_their_content() -> None:
    """A changed file has another address; one that is not there has a plain one."""
    assert static("console.css").startswith("/static/console.css?v=")
    assert static("none.css") == "/static/none.css"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(1, "just now"), (59, "59 s ago"), (61, "1 min ago"), (7300, "2 h ago"), (200_000, "2 d ago")],
)
def test_times_are_relative_with_the_exact_one_beside(seconds: int, text: str) -> None:
    """The reader sees how long ago, and the exact time on demand."""
    now = datetime(2026, 1, 10, tzinfo=UTC)
    shown = str(ago(now - timedelta(seconds=seconds), now))
    assert f">{text}</time>" in shown
    assert "UTC" in shown


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [(None, "-"), (0.25, "0.25 ms"), (12.4, "12 ms"), (1234, "1.23 s"), (61_000, "1 min 1 s")],
)
def test_durations_have_a_fitting_unit(milliseconds: float | None, text: str) -> None:
    """A duration is shown as a person would say it."""
    assert duration(milliseconds) == text


def _start(settings: Settings, folder: Path, **environment: str) -> "subprocess.Popen[str]":
    config = folder / "console.toml"
    config.write_text(
        f'state_dir = "{settings.state}"\n'
        f"[console]\nport = {settings.console.port}\n"
        f"[inbox]\nsmtp_port = {settings.inbox.smtp_port}\n"
        f"[prometheus]\nport = {settings.prometheus.port}\n"
        f"[alertmanager]\nport = {settings.alertmanager.port}\n"
    )
    variables = {**os.environ, "OPSCONDUCTOR_CONFIG": str(config), **environment}
    command = [sys.executable, "-m", "opsconductor.console"]
    return subprocess.Popen(command, env=variables, stderr=subprocess.PIPE, text=True)


def test_the_process_serves_and_stops_cleanly(settings: Settings, tmp_path: Path) -> None:
    """The process answers on its port, takes mail, and ends with 0 on SIGTERM."""
    with _start(settings, tmp_path) as process:
        try:
            deadline = time.monotonic() + 30
            url = f"{settings.url(settings.console.port)}/health"
            while True:
                assert process.poll() is None
                assert time.monotonic() < deadline
                try:
                    assert httpx.get(url, trust_env=False).status_code == 200
                    break
                except httpx.TransportError:
                    time.sleep(0.05)
            mail = ("127.0.0.1", settings.inbox.smtp_port)
            with socket.create_connection(mail, timeout=10) as connection:
                assert connection.recv(4) == b"220 "
                process.send_signal(signal.SIGTERM)
                _, errors = process.communicate(timeout=30)
            assert process.returncode == 0
            assert "Traceback" not in errors
        finally:
            process.kill()


@pytest.mark.parametrize("taken", ["console", "smtp"])
def test_a_taken_port_is_named(settings: Settings, tmp_path: Path, taken: str) -> None:
    """A port that somebody has is one clear line and exit code 1."""
    port = settings.console.port if taken == "console" else settings.inbox.smtp_port
    with socket.create_server(("127.0.0.1", port)), _start(settings, tmp_path) as process:
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 1
    assert f"127.0.0.1:{port}" in errors
    assert "Traceback" not in errors


def test_production_wants_a_password_of_its_own(settings: Settings, tmp_path: Path) -> None:
    """With the default password a production console ends with exit code 2 and says what to set."""
    with _start(settings, tmp_path, OPSCONDUCTOR_ENVIRONMENT="production") as process:
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 2
    assert "OPSCONDUCTOR_CONSOLE_PASSWORD" in errors
    assert "Traceback" not in errors


def test_bad_settings_are_explained(settings: Settings, tmp_path: Path) -> None:
    """A setting that cannot be used ends with exit code 2 and the reason."""
    with _start(settings, tmp_path, OPSCONDUCTOR_CONSOLE_PORT="none") as process:
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 2
    assert "port" in errors
    assert "Traceback" not in errors
