"""The Inbox page, a mail's own page, and the inbox's API."""

import smtplib
from email.message import EmailMessage
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from opsconductor.console.inbox_cards import mrkdwn, web_address
from opsconductor.settings import Settings
from opsconductor.settings.model import Receivers

HOSTILE = "<script>alert(1)</script>"
PAGERDUTY = "/inbox/pagerduty/v2/enqueue"


def _page(**changes: Any) -> dict[str, Any]:
    return {
        "routing_key": "0" * 32,
        "event_action": "trigger",
        "dedup_key": "k1",
        "client": "OpsConductor",
        "client_url": "javascript:alert(1)",
        "links": [{"href": "http://127.0.0.1/runbook", "text": "Runbook"}],
        "payload": {
            "summary": f"Down {HOSTILE}",
            "source": "here",
            "severity": "critical",
            "custom_details": {"firing": "two\nlines", "count": 3, "empty": ""},
        },
    } | changes


@pytest.fixture
def machine(console: str) -> Any:
    """A program on this machine, without a login."""
    with httpx.Client(base_url=console, trust_env=False, timeout=20) as client:
        yield client


def test_an_empty_inbox_says_what_to_do(browser: httpx.Client) -> None:
    """Each tab exists from the start and says how something would arrive."""
    for receiver in ("slack", "pagerduty", "email", "watchdog"):
        page = browser.get(f"/inbox?receiver={receiver}").text
        assert "Nothing here yet" in page
        assert "opsconductor check" in page


def test_a_slack_message_looks_like_one(browser: httpx.Client, machine: httpx.Client) -> None:
    """Sender, channel, title, markup and fields are laid out, and nothing in them runs."""
    payload = {
        "channel": "#ops",
        "username": "Alertmanager",
        "attachments": [
            {
                "color": "warning",
                "title": f"[FIRING:1] Slow {HOSTILE}",
                "title_link": "javascript:alert(1)",
                "text": "*bold* _thin_ <http://x.example/a?b=1&amp;c=2|the &lt;page&gt;> `code`",
                "fields": [{"title": "Service", "value": "here", "short": True}],
            }
        ],
    }
    assert machine.post("/inbox/slack", json=payload).text == "ok"
    page = browser.get("/inbox?receiver=slack").text
    assert "<b>Alertmanager</b>" in page
    assert "#ops" in page
    assert "<b>bold</b> <i>thin</i>" in page
    assert 'href="http://x.example/a?b=1&amp;c=2"' in page
    assert ">the &lt;page&gt;</a>" in page
    assert "<b>Service</b>here" in page
    assert "firing" in page
    assert HOSTILE not in page
    assert 'href="javascript:' not in page


def test_an_incident_looks_like_one(browser: httpx.Client, machine: httpx.Client) -> None:
    """Summary, severity, details and links are laid out; a resolve is told apart."""
    assert machine.post(PAGERDUTY, json=_page()).status_code == 202
    page = browser.get("/inbox?receiver=pagerduty").text
    assert "triggered" in page
    assert "critical" in page
    assert "<pre>two\nlines</pre>" in page
    assert 'href="http://127.0.0.1/runbook"' in page
    assert HOSTILE not in page
    assert 'href="javascript:' not in page
    machine.post(PAGERDUTY, json=_page(event_action="resolve"))
    assert ">resolved</span>" in browser.get("/inbox?receiver=pagerduty").text


def _send(settings: Settings, *emails: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", settings.inbox.smtp_port, timeout=20) as server:
        for email in emails:
            server.send_message(email)


def _email(subject: str) -> EmailMessage:
    email = EmailMessage()
    email["From"], email["To"], email["Subject"] = "a@localhost", "b@localhost", subject
    email.set_content(f"plain {HOSTILE}")
    return email


def test_a_mail_looks_like_one(browser: httpx.Client, settings: Settings) -> None:
    """Header and text of a plain mail are shown as text."""
    _send(settings, _email(f"[RESOLVED] Quiet {HOSTILE}"))
    page = browser.get("/inbox?receiver=email").text
    assert "a@localhost" in page
    assert "resolved" in page
    assert HOSTILE not in page
    assert "<iframe" not in page


def test_a_mail_with_html_has_a_page_that_can_do_nothing(
    browser: httpx.Client, settings: Settings
) -> None:
    """The HTML part is served sandboxed, without scripts and without the network."""
    email = _email("[FIRING:1] Slow")
    email.add_alternative(f"<p>Hello {HOSTILE}</p>", subtype="html")
    _send(settings, email, _email("plain"))
    page = browser.get("/inbox?receiver=email").text
    assert "<iframe" in page
    assert "sandbox" in page
    assert HOSTILE not in page
    answer = browser.get("/messages/1/html")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert browser.get("/messages/2/html").status_code == 404
    assert browser.get("/messages/99/html").status_code == 404


def test_the_inbox_opens_where_the_newest_message_is(
    browser: httpx.Client, machine: httpx.Client
) -> None:
    """Without a tab the one written to last is shown, whatever the Watchdog does."""
    assert browser.get("/inbox").headers["location"] == "/inbox?receiver=slack"
    machine.post(PAGERDUTY, json=_page())
    assert browser.get("/inbox").headers["location"] == "/inbox?receiver=pagerduty"


def test_the_heartbeat_shows_its_age(
    browser: httpx.Client, machine: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No heartbeat, a fresh one and a late one look different."""
    assert "No heartbeat yet" in browser.get("/inbox?receiver=watchdog").text
    alert = {
        "status": "firing",
        "labels": {"alertname": "Watchdog"},
        "startsAt": "2026-01-01T00:00:00Z",
        "endsAt": "0001-01-01T00:00:00Z",
    }
    beat = {"version": "4", "groupKey": "g", "status": "firing", "receiver": "w", "alerts": [alert]}
    assert machine.post("/inbox/watchdog", json=beat).status_code == 200
    page = browser.get("/inbox?receiver=watchdog").text
    assert "The last heartbeat came <time" in page
    assert 'class="notice ok"' in page
    monkeypatch.setattr("opsconductor.console.inbox_pages.LATE_SECONDS", -1)
    assert 'class="notice crit"' in browser.get("/inbox?receiver=slack").text


class TestCredentials:
    """A console whose receivers have credentials."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        """Settings with a real Slack and a real dead man's switch."""
        real = Receivers(
            slack_webhook_url=SecretStr("https://hooks.example/secret"),
            watchdog_url=SecretStr("https://switch.example/secret"),
        )
        return settings.model_copy(update={"receivers": real})

    def test_the_page_says_where_messages_go(self, browser: httpx.Client) -> None:
        """An empty tab does not look like silence, and no credential is shown."""
        slack = browser.get("/inbox?receiver=slack").text
        assert "go to the real service" in slack
        assert "No heartbeat yet" not in slack
        watchdog = browser.get("/inbox?receiver=watchdog").text
        assert "receivers.watchdog_url" in watchdog
        assert "secret" not in slack + watchdog
        assert "go to the real service" not in browser.get("/inbox?receiver=email").text


def test_older_messages_are_pages_away(browser: httpx.Client, machine: httpx.Client) -> None:
    """A page holds 25 messages and leads to the older ones and back."""
    for number in range(27):
        machine.post("/inbox/slack", json={"text": f"message {number:02}"})
    first = browser.get("/inbox?receiver=slack").text
    assert "message 26" in first
    assert "message 01" not in first
    assert "before=3" in first
    second = browser.get("/inbox?receiver=slack&before=3").text
    assert "message 01" in second
    assert "Newest" in second


def test_the_api_tells_the_same(browser: httpx.Client, machine: httpx.Client) -> None:
    """Every field of the contract is there, newest first, by receiver and up to a limit."""
    machine.post("/inbox/slack", json={"text": "[FIRING:1] CanaryFailing"})
    machine.post(PAGERDUTY, json=_page())
    newest, older = browser.get("/api/inbox").json()["messages"]
    assert (newest["receiver"], older["receiver"]) == ("pagerduty", "slack")
    assert set(older) == {
        "id",
        "receiver",
        "received_at",
        "status",
        "title",
        "body",
        "alerts",
        "raw",
    }
    assert (older["status"], older["alerts"]) == ("firing", ["CanaryFailing"])
    only = browser.get("/api/inbox?receiver=slack&limit=1").json()["messages"]
    assert [message["id"] for message in only] == [older["id"]]


@pytest.mark.parametrize(
    "query",
    ["receiver=telegram", "limit=0", "limit=1001", "limit=x", "limit=-1", "limit=%C2%B2"],
)
def test_a_bad_question_is_refused(browser: httpx.Client, query: str) -> None:
    """The API says what it takes instead."""
    answer = browser.get(f"/api/inbox?{query}")
    assert answer.status_code == 400
    assert answer.json()["detail"]


def test_the_page_refuses_a_bad_question_in_style(browser: httpx.Client) -> None:
    """A mistyped tab is an error page that names the tabs."""
    answer = browser.get("/inbox?receiver=telegram")
    assert answer.status_code == 400
    assert "slack" in answer.text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a * b * c", "a * b * c"),
        ("snake_case_name", "snake_case_name"),
        ("<javascript:alert(1)|x>", "&lt;javascript:alert(1)|x&gt;"),
        ('<http://x/"onmouseover=alert(1)|x>', '<a href="http://x/&#34;onmouseover'),
        (None, ""),
        ("&amp;lt;", "&amp;lt;"),
    ],
)
def test_slacks_markup_makes_nothing_but_markup(text: str | None, shown: str) -> None:
    """Only bold, italic, code and web links are made; the rest is text."""
    assert str(mrkdwn(text)).startswith(shown)


def test_only_web_addresses_are_links() -> None:
    """No other scheme becomes a link."""
    assert web_address("https://x.example") == "https://x.example"
    assert web_address("javascript:alert(1)") == web_address("//x") == web_address(None) == ""
