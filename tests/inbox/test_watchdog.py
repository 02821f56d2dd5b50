"""The dead man's switch takes Alertmanager's webhook and counts heartbeats only."""

from typing import Any

import pytest

from opsconductor.inbox.store import InboxStore

pytestmark = pytest.mark.anyio


def _delivery(name: str = "Watchdog", status: str = "firing", **changes: Any) -> dict[str, Any]:
    alert = {
        "status": status,
        "labels": {"alertname": name, "severity": "none"},
        "annotations": {},
        "startsAt": "2026-01-01T00:00:00Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "",
        "fingerprint": "abc",
    }
    delivery = {
        "version": "4",
        "groupKey": '{}:{alertname="Watchdog"}',
        "truncatedAlerts": 0,
        "status": status,
        "receiver": "watchdog",
        "groupLabels": {},
        "commonLabels": {},
        "commonAnnotations": {},
        "externalURL": "",
        "alerts": [alert],
    }
    return delivery | changes


async def test_a_heartbeat_is_remembered(inbox: Any, store: InboxStore) -> None:
    """The time of the last heartbeat is that of the last delivery that fires."""
    assert store.last_heartbeat() is None
    async with inbox() as client:
        answer = await client.post("/inbox/watchdog", json=_delivery())
    assert answer.status_code == 200
    assert store.last_heartbeat() == store.newest()[0].received_at


@pytest.mark.parametrize(
    "delivery", [_delivery(status="resolved"), _delivery(name="SomethingElse")]
)
async def test_anything_else_is_no_heartbeat(
    inbox: Any, store: InboxStore, delivery: dict[str, Any]
) -> None:
    """A resolved Watchdog and another alert are kept and do not count."""
    async with inbox() as client:
        assert (await client.post("/inbox/watchdog", json=delivery)).status_code == 200
    assert len(store.newest()) == 1
    assert store.last_heartbeat() is None


@pytest.mark.parametrize(
    ("delivery", "where"),
    [
        (_delivery(version="3"), "version"),
        (_delivery(alerts=[]), "alerts"),
        (_delivery(alerts=[{}]), "alerts.0.status"),
        (_delivery(groupKey=None), "groupKey"),
        ([], "body"),
    ],
)
async def test_another_shape_is_refused(inbox: Any, delivery: Any, where: str) -> None:
    """The answer names the field that is wrong."""
    async with inbox() as client:
        answer = await client.post("/inbox/watchdog", json=delivery)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(where)
