"""Whatever a receiver takes in, the Inbox page can show."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconductor.console import inbox_cards
from opsconductor.console.templating import Pill, templates
from opsconductor.inbox import email_message, pagerduty, slack
from opsconductor.inbox.message import Message

TEMPLATES = templates(lambda: Pill("ok", "all quiet", ""))

SCALARS = st.none() | st.booleans() | st.integers() | st.text() | st.just("http://[") | st.just("x")
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def _objects(*names: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(names), VALUES, max_size=len(names))


ATTACHMENTS = st.lists(
    _objects("title", "title_link", "text", "pretext", "fields", "color", "footer", "fallback"),
    max_size=3,
)
SLACK = st.fixed_dictionaries(
    {},
    optional={
        "text": st.text(),
        "username": VALUES,
        "icon_emoji": VALUES,
        "attachments": ATTACHMENTS | VALUES,
        "blocks": st.lists(_objects("type", "text"), max_size=3) | VALUES,
        "channel": VALUES,
    },
)
PAGERDUTY = st.fixed_dictionaries(
    {
        "routing_key": st.just("0" * 32),
        "event_action": st.sampled_from(pagerduty.ACTIONS),
        "dedup_key": st.just("key"),
    },
    optional={
        "payload": _objects("summary", "source", "severity", "custom_details") | VALUES,
        "links": st.lists(_objects("href", "text"), max_size=3) | VALUES,
        "client": VALUES,
        "client_url": VALUES,
    },
)


def _show(message: Message, card: Any) -> str:
    html = TEMPLATES.env.get_template("inbox.html").render(
        user="admin",
        is_at=lambda prefixes: False,
        health_pill=lambda: Pill("ok", "all quiet", ""),
        tabs=(),
        counts={},
        receiver=message.receiver,
        messages=[(message, card)],
        older=0,
        newer=False,
        outside=frozenset(),
        heartbeat=None,
        late=False,
    )
    html.encode()
    return html


@given(SLACK)
def test_any_slack_message_that_is_taken_is_shown(payload: dict[str, Any]) -> None:
    """A payload is refused in Slack's words or has a card."""
    with contextlib.suppress(slack.SlackRefusalError):
        message = slack.receive("application/json", json.dumps(payload).encode())
        _show(message, inbox_cards.slack_card(message))


@given(PAGERDUTY)
def test_any_event_that_is_taken_is_shown(event: dict[str, Any]) -> None:
    """An event is refused with its mistakes or has a card."""
    with contextlib.suppress(pagerduty.PagerDutyRefusalError):
        message, _ = pagerduty.receive(json.dumps(event).encode())
        _show(message, inbox_cards.incident_card(message))


@given(st.text(), st.text(), st.binary())
def test_any_mail_that_is_taken_is_shown(sender: str, subject: str, body: bytes) -> None:
    """Data is refused as no mail or has a card, whatever its headers say."""
    head = f"From: {sender}\r\nSubject: {subject}\r\nTo: {sender}\r\nDate: {subject}\r\n\r\n"
    with contextlib.suppress(email_message.MalformedEmailError):
        message = email_message.receive(head.encode("utf-8", "replace") + body)
        _show(message, inbox_cards.email_card(message))


@pytest.mark.parametrize(
    "head",
    [
        b"From: a@b\r\nSubject: =?utf-8?q?=ff?=",
        b"From: a@b\r\nSubject: \xff\xfe",
        b"From: =?x-none?q?a?= <a@b>\r\nTo: <",
        b'From: a@b\r\nTo: "\r\nDate: \xff',
        b'From: a@b\r\nContent-Type: multipart/mixed; boundary=""',
        b'From: a@b\r\nContent-Type: text/html; charset="\xff"',
    ],
)
def test_a_mail_with_broken_headers_is_shown(head: bytes) -> None:
    """Headers that nobody can decode do not hide the mail."""
    message = email_message.receive(head + b"\r\n\r\nhello")
    assert "a@b" in _show(message, inbox_cards.email_card(message)) or b"x-none" in head


def test_half_a_character_is_shown() -> None:
    """A lone surrogate, which JSON can carry and UTF-8 cannot, becomes a question mark."""
    message = slack.receive("application/json", b'{"text": "a \\ud800 b"}')
    assert "a ? b" in _show(message, inbox_cards.slack_card(message))
