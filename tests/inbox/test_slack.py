"""The Slack receiver takes what Slack takes and refuses what Slack refuses."""

import json
from typing import Any

import pytest

from opsconductor.inbox import slack
from opsconductor.inbox.store import InboxStore
from opsconductor.objectives import Receiver

pytestmark = pytest.mark.anyio

ALERT: dict[str, Any] = {
    "channel": "#opsconductor-alerts",
    "username": "Alertmanager",
    "attachments": [
        {
            "title": "[FIRING:1] AIExecutionErrorRateHigh (automation-service)",
            "title_link": "http://127.0.0.1:9093/",
            "text": "*Tool runs fail*\n5.5 % of them",
            "fallback": "[FIRING:1] AIExecutionErrorRateHigh",
            "color": "warning",
        }
    ],
}


async def test_a_message_is_kept(inbox: Any, store: InboxStore) -> None:
    """Alertmanager's own shape is answered with ok and can be read as it came."""
    async with inbox() as client:
        answer = await client.post("/inbox/slack", json=ALERT)
    assert (answer.status_code, answer.text) == (200, "ok")
    assert answer.headers["content-type"].startswith("text/plain")
    (message,) = store.newest(Receiver.SLACK)
    assert message.status == "firing"
    assert message.title == "[FIRING:1] AIExecutionErrorRateHigh (automation-service)"
    assert message.alerts == ("AIExecutionErrorRateHigh",)
    assert json.loads(message.raw) == ALERT


async def test_a_form_is_a_message_too(inbox: Any, store: InboxStore) -> None:
    """The older way, a form with the JSON in `payload`, works as with Slack."""
    async with inbox() as client:
        form = {"payload": json.dumps({"text": "disk is full"})}
        answer = await client.post("/inbox/slack/services/T0/B0/xyz", data=form)
    assert answer.text == "ok"
    assert store.newest()[0].title == "disk is full"


async def test_a_resolved_message_is_told_apart(inbox: Any, store: InboxStore) -> None:
    """The mark in the title wins; without one the colour tells."""
    marked = {"attachments": [{"title": "[RESOLVED] Watchdog", "color": "warning"}]}
    coloured = {"attachments": [{"title": "Watchdog", "color": "good"}]}
    async with inbox() as client:
        for payload in (marked, coloured):
            await client.post("/inbox/slack", json=payload)
    assert [message.status for message in store.newest()] == ["resolved", "resolved"]


@pytest.mark.parametrize(
    ("payload", "status", "text"),
    [
        ([], 400, "invalid_payload"),
        ("text", 400, "invalid_payload"),
        ({"text": 5}, 400, "invalid_payload"),
        ({}, 400, "no_text"),
        ({"text": "  "}, 400, "no_text"),
        ({"attachments": [{}]}, 400, "no_text"),
        ({"attachments": "one"}, 400, "invalid_attachments"),
        ({"attachments": ["one"]}, 400, "invalid_attachments"),
        ({"attachments": [{"text": "x"}] * 101}, 400, "too_many_attachments"),
        ({"text": "x", "blocks": [{"type": "divider"}] * 51}, 400, "invalid_blocks"),
        ({"text": "x", "blocks": [{}]}, 400, "invalid_blocks"),
        ({"text": "x", "channel": "#No Such Channel"}, 404, "channel_not_found"),
        ({"text": "x", "channel": "@No Body"}, 400, "user_not_found"),
        ({"text": "x", "channel": 7}, 400, "invalid_payload"),
    ],
)
async def test_refusals_are_slacks(
    inbox: Any, store: InboxStore, payload: Any, status: int, text: str
) -> None:
    """Each refusal has Slack's status and word, and keeps nothing."""
    async with inbox() as client:
        answer = await client.post("/inbox/slack", json=payload)
    assert (answer.status_code, answer.text) == (status, text)
    assert store.newest() == []


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{not json"),
        ("application/json", b"\xff\xfe"),
        ("application/json", b"[" * 100_000),
        ("application/x-www-form-urlencoded", b"text=hello"),
        ("application/x-www-form-urlencoded", b"payload={"),
    ],
)
async def test_what_cannot_be_read_is_refused(inbox: Any, content_type: str, body: bytes) -> None:
    """A body that is not what its type says is an invalid payload."""
    async with inbox() as client:
        headers = {"content-type": content_type}
        answer = await client.post("/inbox/slack", content=body, headers=headers)
    assert (answer.status_code, answer.text) == (400, "invalid_payload")


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [("X0/B0/t", 404, "no_team"), ("T0/X0/t", 404, "no_service")],
)
async def test_a_mistyped_webhook_is_refused(inbox: Any, path: str, status: int, text: str) -> None:
    """The parts of a webhook's address are checked."""
    async with inbox() as client:
        answer = await client.post(f"/inbox/slack/services/{path}", json={"text": "x"})
    assert (answer.status_code, answer.text) == (status, text)


def test_a_long_text_is_cut() -> None:
    """Slack cuts a text at 40,000 characters and takes the message."""
    body = json.dumps({"text": "x" * 50_000}).encode()
    assert len(slack.receive("application/json", body).body) == slack.LONGEST_TEXT


@pytest.mark.parametrize("channel", ["#ops", "ops-2", "C024BE91L", "@dana.smith", "#größe", ""])
def test_channels_that_slack_knows_are_taken(channel: str) -> None:
    """Names, ids and people are addresses."""
    body = json.dumps({"text": "x", "channel": channel}).encode()
    assert slack.receive("application/json", body).title == "x"
