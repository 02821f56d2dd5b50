"""The PagerDuty receiver takes what the Events API v2 takes and refuses what it refuses."""

import json
from typing import Any

import pytest

from opsconductor.inbox.pagerduty import LARGEST_EVENT
from opsconductor.inbox.store import InboxStore
from opsconductor.objectives import Receiver

pytestmark = pytest.mark.anyio

KEY = "inbox".ljust(32, "0")
PATH = "/inbox/pagerduty/v2/enqueue"


def _event(**changes: Any) -> dict[str, Any]:
    payload = {
        "summary": "MetricsEndpointDown: ai-pipeline cannot be scraped",
        "source": "OpsConductor",
        "severity": "critical",
        "custom_details": {"firing": "Labels:\n - alertname = MetricsEndpointDown\n"},
    } | changes.pop("payload", {})
    event = {
        "routing_key": KEY,
        "event_action": "trigger",
        "dedup_key": "abc",
        "payload": payload,
    } | changes
    return {name: value for name, value in event.items() if value is not None}


async def _post(inbox: Any, event: Any) -> Any:
    async with inbox() as client:
        return await client.post(PATH, json=event)


async def test_an_event_is_accepted(inbox: Any, store: InboxStore) -> None:
    """A trigger is answered as PagerDuty does, and kept without the integration key."""
    answer = await _post(inbox, _event())
    assert answer.status_code == 202
    expected = {"status": "success", "message": "Event processed", "dedup_key": "abc"}
    assert answer.json() == expected
    (message,) = store.newest(Receiver.PAGERDUTY)
    assert (message.status, message.alerts) == ("firing", ("MetricsEndpointDown",))
    assert message.title.startswith("MetricsEndpointDown: ")
    assert KEY not in message.raw


async def test_a_resolve_needs_no_payload(inbox: Any, store: InboxStore) -> None:
    """A resolve is told by its key alone."""
    answer = await _post(inbox, {"routing_key": KEY, "event_action": "resolve", "dedup_key": "abc"})
    assert answer.status_code == 202
    assert store.newest()[0].status == "resolved"


async def test_an_acknowledgement_is_neither(inbox: Any, store: InboxStore) -> None:
    """An acknowledged incident still goes on."""
    await _post(inbox, _event(event_action="acknowledge"))
    assert store.newest()[0].status is None


async def test_a_trigger_without_a_key_gets_one(inbox: Any) -> None:
    """The answer names the key that a later resolve needs."""
    answer = await _post(inbox, _event(dedup_key=None))
    assert len(answer.json()["dedup_key"]) == 32


@pytest.mark.parametrize(
    ("event", "error"),
    [
        (_event(routing_key=None), "'routing_key' is missing or blank"),
        (_event(routing_key="short"), "should be 32 characters"),
        (_event(routing_key=5), "'routing_key' is missing or blank"),
        (_event(event_action=None), "'event_action' is missing or blank"),
        (_event(event_action="shout"), "'event_action' is invalid"),
        (_event(event_action=["trigger"]), "'event_action' is invalid"),
        (_event(event_action="resolve", dedup_key=None), "'dedup_key' is missing or blank"),
        (_event(event_action="acknowledge", dedup_key=""), "'dedup_key' is missing or blank"),
        (_event(dedup_key="x" * 256), "'dedup_key' is longer than 255"),
        (_event(dedup_key=5), "'dedup_key' is not a string"),
        ({"routing_key": KEY, "event_action": "trigger"}, "'payload' is missing or blank"),
        (_event(payload={"summary": ""}), "'payload.summary' is missing or blank"),
        (_event(payload={"summary": "x" * 1025}), "'payload.summary' is longer than 1024"),
        (_event(payload={"source": None}), "'payload.source' is missing or blank"),
        (_event(payload={"severity": "none"}), "'payload.severity' is invalid"),
        (_event(links="here"), "'links' is not a list"),
        (_event(images=["here"]), "'images' is not a list"),
        ([], "not a JSON object"),
    ],
)
async def test_an_invalid_event_is_refused(
    inbox: Any, store: InboxStore, event: Any, error: str
) -> None:
    """Each mistake is named in the answer's errors, and nothing is kept."""
    answer = await _post(inbox, event)
    assert answer.status_code == 400
    body = answer.json()
    assert (body["status"], body["message"]) == ("invalid event", "Event object is invalid")
    assert any(error in one for one in body["errors"])
    assert store.newest() == []


async def test_every_mistake_is_named(inbox: Any) -> None:
    """One answer lists all that is wrong."""
    answer = await _post(inbox, {"payload": {}, "event_action": "trigger"})
    assert len(answer.json()["errors"]) == 4


async def test_broken_json_is_an_invalid_event(inbox: Any) -> None:
    """A body that is no JSON is refused like an event that is none."""
    async with inbox() as client:
        answer = await client.post(PATH, content=b"{")
    assert answer.status_code == 400
    assert answer.json()["status"] == "invalid event"


async def test_a_large_event_is_refused(inbox: Any, store: InboxStore) -> None:
    """An event over 512 KB is too large."""
    body = json.dumps(_event(payload={"custom_details": "x" * LARGEST_EVENT}))
    async with inbox() as client:
        answer = await client.post(PATH, content=body)
    assert answer.status_code == 413
    assert store.newest() == []
