"""What all HTTP receivers have in common: whom they listen to, and that nothing gets lost."""

from typing import Any

import pytest

from opsconductor.inbox.store import InboxStore

pytestmark = pytest.mark.anyio

RECEIVERS = ("slack", "pagerduty/v2/enqueue", "watchdog")


@pytest.mark.parametrize("receiver", RECEIVERS)
@pytest.mark.parametrize("peer", ["10.1.2.3", "2001:db8::1", "testclient"])
async def test_only_this_machine_may_write(inbox: Any, receiver: str, peer: str) -> None:
    """A message from elsewhere is refused, whatever it says."""
    async with inbox(peer) as client:
        assert (await client.post(f"/inbox/{receiver}", json={})).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"x-forwarded-for": "10.1.2.3"},
        {"forwarded": "for=10.1.2.3"},
        {"origin": "https://evil.example"},
        {"sec-fetch-site": "cross-site"},
    ],
)
async def test_a_proxy_or_a_page_may_not_write(inbox: Any, headers: dict[str, str]) -> None:
    """A request on behalf of somebody else is refused though it comes from loopback."""
    async with inbox() as client:
        answer = await client.post("/inbox/slack", json={"text": "x"}, headers=headers)
    assert answer.status_code == 403


async def test_loopback_has_two_addresses(inbox: Any) -> None:
    """IPv6's loopback is this machine too."""
    async with inbox("::1") as client:
        assert (await client.post("/inbox/slack", json={"text": "x"})).status_code == 200


@pytest.mark.parametrize(
    ("receiver", "body"),
    [
        ("slack", {"text": "x"}),
        (
            "pagerduty/v2/enqueue",
            {"routing_key": "0" * 32, "event_action": "resolve", "dedup_key": "x"},
        ),
    ],
)
async def test_a_message_that_cannot_be_kept_is_not_acknowledged(
    inbox: Any, store: InboxStore, receiver: str, body: dict[str, Any]
) -> None:
    """While the store is gone the sender gets a 500 and sends again."""
    store.close()
    async with inbox() as client:
        assert (await client.post(f"/inbox/{receiver}", json=body)).status_code == 500


async def test_reading_is_not_what_receivers_are_for(inbox: Any) -> None:
    """A GET is answered with 405, an unknown receiver with 404."""
    async with inbox() as client:
        assert (await client.get("/inbox/slack")).status_code == 405
        assert (await client.post("/inbox/telegram")).status_code == 404
