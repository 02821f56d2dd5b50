"""The store keeps the newest messages, on disk and within bounds."""

import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from opsconductor.inbox import store as module
from opsconductor.inbox.message import Message, alerts_in, state_in
from opsconductor.inbox.store import InboxStore, InboxStoreError
from opsconductor.objectives import Receiver


def _message(title: str = "t", receiver: Receiver = Receiver.SLACK, raw: str = "{}") -> Message:
    return Message(
        receiver=receiver, status="firing", title=title, body="b", alerts=("A", "B"), raw=raw
    )


def test_a_message_comes_back_as_it_was(store: InboxStore) -> None:
    """Nothing is lost between adding and reading."""
    kept = store.add(_message("grüße 'quoted'; DROP TABLE messages"))
    assert kept.id > 0
    assert store.get(kept.id) == kept == store.newest()[0]
    assert store.get(kept.id + 1) is None


def test_the_newest_come_first_and_pages_follow(store: InboxStore) -> None:
    """Reading goes back in time, in pages and by receiver."""
    for number in range(5):
        store.add(_message(str(number)))
    store.add(_message("mail", Receiver.EMAIL))
    first = store.newest(Receiver.SLACK, 2)
    assert [message.title for message in first] == ["4", "3"]
    second = store.newest(Receiver.SLACK, 2, before=first[-1].id)
    assert [message.title for message in second] == ["2", "1"]
    assert store.newest()[0].title == "mail"
    assert store.counts()[Receiver.SLACK] == 5
    assert store.counts()[Receiver.PAGERDUTY] == 0


def test_only_the_newest_are_kept(store: InboxStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each receiver has its own bound: heartbeats do not push out pages."""
    monkeypatch.setattr(module, "KEPT", {**module.KEPT, Receiver.WATCHDOG: 3})
    store.add(_message("page", Receiver.PAGERDUTY))
    for number in range(10):
        store.add(_message(str(number), Receiver.WATCHDOG))
    kept = [message.title for message in store.newest(Receiver.WATCHDOG)]
    assert kept == ["9", "8", "7"]
    assert [message.title for message in store.newest(Receiver.PAGERDUTY)] == ["page"]


def test_large_messages_are_bounded_by_size(
    store: InboxStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Large mails make room for newer ones; the newest stays whatever its size."""
    monkeypatch.setattr(module, "KEPT_BYTES", 1000)
    for number in range(4):
        store.add(_message(str(number), raw="x" * 400))
    assert [message.title for message in store.newest()] == ["3", "2"]
    store.add(_message("huge", raw="x" * 5000))
    assert [message.title for message in store.newest()] == ["huge"]


def test_messages_outlive_the_process(tmp_path: Path) -> None:
    """A new store on the same file has the old messages."""
    path = tmp_path / "deep" / "inbox.sqlite3"
    first = InboxStore(path)
    first.add(_message("kept"))
    first.close()
    second = InboxStore(path)
    assert second.newest()[0].title == "kept"
    second.close()


def test_threads_share_the_store(store: InboxStore) -> None:
    """Deliveries at the same time are all kept."""
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda n: store.add(_message(str(n))).id, range(64)))
    assert len(set(ids)) == len(store.newest(limit=100)) == 64


def test_a_locked_file_is_an_error_that_names_it(
    store: InboxStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer that cannot write says so, and works again afterwards."""
    store._connection.execute("PRAGMA busy_timeout = 50")
    other = sqlite3.connect(tmp_path / "inbox.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(InboxStoreError, match=r"inbox\.sqlite3 cannot be used.*locked"):
        store.add(_message())
    other.execute("ROLLBACK")
    other.close()
    assert store.add(_message()).id > 0


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    """Where the state folder is no folder the error names the file."""
    (tmp_path / "state").write_text("in the way")
    with pytest.raises(InboxStoreError, match="cannot be used"):
        InboxStore(tmp_path / "state" / "inbox.sqlite3")


def test_a_file_that_is_no_database_is_an_error(tmp_path: Path) -> None:
    """A broken file is named, and no connection stays open."""
    path = tmp_path / "inbox.sqlite3"
    path.write_bytes(os.urandom(4096))
    with pytest.raises(InboxStoreError, match="not a database"):
        InboxStore(path)


@pytest.mark.parametrize(
    ("texts", "state"),
    [
        (("[FIRING:2] A", "[RESOLVED] B"), "firing"),
        (("[Resolved] A",), "resolved"),
        (("nothing", "Resolved: the disk"), "resolved"),
        (("backfiring",), None),
        ((), None),
    ],
)
def test_the_state_is_read_out_of_the_texts(texts: tuple[str, ...], state: str | None) -> None:
    """A mark in brackets comes before a bare word, the title before the body."""
    assert state_in(texts) == state


@pytest.mark.parametrize(
    ("texts", "names"),
    [
        (("[FIRING:1] CanaryFailing (x)", "CanaryFailing again"), ("CanaryFailing",)),
        ((" - alertname = OurDrill\n",), ("OurDrill",)),
        (("[FIRING:1] Unheard_Of",), ("Unheard_Of",)),
        (("SLOBurnRateFast and SLOBurnRateSlow",), ("SLOBurnRateFast", "SLOBurnRateSlow")),
        (("MySLOBurnRateFastest",), ()),
    ],
)
def test_the_alerts_are_read_out_of_the_texts(
    texts: tuple[str, ...], names: tuple[str, ...]
) -> None:
    """Known names are found anywhere, others where a message names them."""
    assert alerts_in(texts) == names
