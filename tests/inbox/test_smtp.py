"""The mail receiver speaks SMTP and refuses what a mail server refuses."""

import asyncio
import smtplib
from collections.abc import Callable
from email.message import EmailMessage

import pytest

from opsconductor.inbox import email_message, smtp
from opsconductor.inbox.store import InboxStore
from opsconductor.objectives import Receiver

pytestmark = pytest.mark.anyio

SENDER, RECIPIENT = "opsconductor@localhost", "oncall@localhost"
SUBJECT = "[FIRING:1] NoRequestsReceived (automation-service)"


def _email(text: str = "Nobody asks.", subject: str = SUBJECT) -> EmailMessage:
    email = EmailMessage()
    email["From"], email["To"], email["Subject"] = SENDER, RECIPIENT, subject
    email.set_content(text)
    return email


async def _with_server(port: int, talk: Callable[[smtplib.SMTP], object]) -> object:
    def run() -> object:
        with smtplib.SMTP("127.0.0.1", port, timeout=20) as server:
            return talk(server)

    return await asyncio.to_thread(run)


async def test_a_mail_is_kept(smtp_port: int, store: InboxStore) -> None:
    """A mail over SMTP becomes a message with subject, text and alert."""
    await _with_server(smtp_port, lambda server: server.send_message(_email()))
    (message,) = store.newest(Receiver.EMAIL)
    assert (message.title, message.body, message.status) == (SUBJECT, "Nobody asks.", "firing")
    assert message.alerts == ("NoRequestsReceived",)


async def test_several_mails_use_one_connection(smtp_port: int, store: InboxStore) -> None:
    """A client may send one mail after the other."""

    def talk(server: smtplib.SMTP) -> None:
        for subject in ("[FIRING:1] A", "[RESOLVED] A"):
            server.send_message(_email(subject=subject))

    await _with_server(smtp_port, talk)
    assert [message.status for message in store.newest()] == ["resolved", "firing"]


async def test_html_and_other_alphabets_are_read(smtp_port: int, store: InboxStore) -> None:
    """Encoded subjects and HTML parts come out as text."""
    email = EmailMessage()
    email["From"], email["To"], email["Subject"] = SENDER, RECIPIENT, "[RESOLVED] Störung"
    html = "<html><head><style>p{color:red}</style></head><p>Wieder <b>gut</b></p></html>"
    email.set_content(html, subtype="html")
    await _with_server(smtp_port, lambda server: server.send_message(email))
    message = store.newest()[0]
    assert (message.title, message.body) == ("[RESOLVED] Störung", "Wieder gut")


@pytest.mark.parametrize("address", ["nobody", "a b@c", "a@-b", "a@b..c", "@b", "a@"])
async def test_a_bad_address_is_refused(smtp_port: int, address: str) -> None:
    """What cannot be an address is neither sender nor recipient."""

    def talk(server: smtplib.SMTP) -> tuple[int, int]:
        server.helo()
        sender = server.docmd("MAIL", f"FROM:<{address}>")[0]
        server.mail(SENDER)
        return sender, server.docmd("RCPT", f"TO:<{address}>")[0]

    codes = await _with_server(smtp_port, talk)
    assert isinstance(codes, tuple)
    assert all(500 <= code < 600 for code in codes)


async def test_too_many_recipients_are_refused(smtp_port: int) -> None:
    """The recipient over the limit is refused for now, as RFC 5321 has it."""

    def talk(server: smtplib.SMTP) -> list[int]:
        server.helo()
        server.mail(SENDER)
        return [server.rcpt(f"user{n}@localhost")[0] for n in range(smtp.MOST_RECIPIENTS + 1)]

    codes = await _with_server(smtp_port, talk)
    assert isinstance(codes, list)
    assert (set(codes[:-1]), codes[-1]) == ({250}, 452)


async def test_the_size_is_announced_and_kept_to(smtp_port: int, store: InboxStore) -> None:
    """A mail that announces more than 10 MB is refused before it is sent."""

    def talk(server: smtplib.SMTP) -> tuple[str, int]:
        server.ehlo()
        limit = server.esmtp_features["size"]
        return limit, server.mail(SENDER, [f"SIZE={smtp.LARGEST_MESSAGE + 1}"])[0]

    assert await _with_server(smtp_port, talk) == (str(smtp.LARGEST_MESSAGE), 552)
    assert store.newest() == []


async def test_a_mail_that_hides_its_size_is_refused(smtp_port: int, store: InboxStore) -> None:
    """A mail that turns out too large is refused at its end."""

    def talk(server: smtplib.SMTP) -> int:
        server.helo()
        server.mail(SENDER)
        server.rcpt(RECIPIENT)
        line = b"x" * 900 + b"\r\n"
        content = b"From: a@b\r\n\r\n" + line * (smtp.LARGEST_MESSAGE // len(line) + 1)
        return server.data(content)[0]

    assert await _with_server(smtp_port, talk) == 552
    assert store.newest() == []


@pytest.mark.parametrize("data", [b"just text", b"Subject: no sender\r\n\r\nhello", b""])
async def test_data_that_is_no_mail_is_refused(
    smtp_port: int, store: InboxStore, data: bytes
) -> None:
    """Without a header and a sender it is no mail."""

    def talk(server: smtplib.SMTP) -> int:
        server.helo()
        server.mail(SENDER)
        server.rcpt(RECIPIENT)
        return server.data(data)[0]

    assert await _with_server(smtp_port, talk) == 554
    assert store.newest() == []


async def test_one_connection_too_many_is_refused(smtp_port: int) -> None:
    """Held connections are bounded, and a free place is taken again."""
    held = [
        await asyncio.open_connection("127.0.0.1", smtp_port) for _ in range(smtp.MOST_CONNECTIONS)
    ]
    for reader, _ in held:
        assert (await asyncio.wait_for(reader.readline(), 20)).startswith(b"220")
    reader, writer = await asyncio.open_connection("127.0.0.1", smtp_port)
    assert (await asyncio.wait_for(reader.readline(), 20)).startswith(b"421")
    for _, each in [*held, (reader, writer)]:
        each.close()
        await each.wait_closed()


async def test_a_mail_that_cannot_be_kept_is_sent_again(smtp_port: int, store: InboxStore) -> None:
    """While the store is gone the sender is told to try later."""
    store.close()
    with pytest.raises(smtplib.SMTPDataError) as caught:
        await _with_server(smtp_port, lambda server: server.send_message(_email()))
    assert caught.value.smtp_code == 451


@pytest.mark.parametrize("charset", ["x-unknown", "utf-8"])
def test_a_mail_in_an_unknown_charset_is_still_read(charset: str) -> None:
    """What cannot be decoded is shown as far as it can."""
    data = (
        f"From: a@b\r\nSubject: s\r\nContent-Type: text/plain; charset={charset}\r\n\r\nhello"
    ).encode()
    assert email_message.receive(data).body == "hello"
