"""Kept messages as a person would have seen them in Slack, in PagerDuty or in a mail program."""

import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from opsconductor.inbox import email_message, pagerduty
from opsconductor.inbox.message import Message, parse_json

_TONE_OF_COLOUR = {"good": "ok", "warning": "warn", "danger": "crit"}
_TONE_OF_SEVERITY = {"critical": "crit", "error": "crit", "warning": "warn", "info": "info"}
_SHORT = 120
_MARKUP = re.compile(
    r"<(?P<url>https?://[^|>\s]+)(?:\|(?P<label>[^>]*))?>"
    r"|(?<!\w)\*(?P<bold>[^*\s](?:[^*\n]*[^*\s])?)\*(?!\w)"
    r"|(?<![\w])_(?P<italic>[^_\n](?:[^\n]*?[^_\n])?)_(?![\w])"
    r"|`(?P<code>[^`\n]+)`"
)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A block with a coloured bar under a Slack message."""

    tone: str
    pretext: Markup
    title: str
    title_link: str
    text: Markup
    fields: Sequence[tuple[str, Markup, bool]]
    footer: str


@dataclass(frozen=True, slots=True)
class SlackCard:
    """A message in a channel."""

    username: str
    channel: str
    text: Markup
    attachments: Sequence[Attachment]


@dataclass(frozen=True, slots=True)
class IncidentCard:
    """An incident on somebody's pager."""

    tone: str
    state: str
    severity: str
    facts: Sequence[tuple[str, str]]
    texts: Sequence[tuple[str, str]]
    links: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class EmailCard:
    """A mail with its header; `has_html` tells whether it has a page of its own."""

    sender: str
    recipients: str
    date: str
    has_html: bool


def slack_card(message: Message) -> SlackCard:
    """The message's Slack card."""
    payload = parse_json(message.raw)
    return SlackCard(
        username=str(payload.get("username") or "Incoming webhook"),
        channel=str(payload.get("channel") or ""),
        text=mrkdwn(payload.get("text")),
        attachments=[_attachment(one, message) for one in payload.get("attachments") or ()],
    )


def incident_card(message: Message) -> IncidentCard:
    """The event's incident card."""
    event = parse_json(message.raw)
    payload = pagerduty.payload_of(event)
    state = {"trigger": "triggered", "resolve": "resolved"}.get(
        event.get("event_action", ""), "acknowledged"
    )
    severity = str(payload.get("severity") or "")
    names = ("source", "component", "group", "class")
    facts = [(name, str(payload[name])) for name in names if payload.get(name)]
    details = _details(payload.get("custom_details"))
    facts += [detail for detail in details if _is_short(detail[1])]
    return IncidentCard(
        tone="ok" if state == "resolved" else _TONE_OF_SEVERITY.get(severity, "info"),
        state=state,
        severity=severity,
        facts=[*facts, ("dedup key", str(event.get("dedup_key") or ""))],
        texts=[detail for detail in details if not _is_short(detail[1])],
        links=_links(event),
    )


def email_card(message: Message) -> EmailCard:
    """The mail's header."""
    email = email_message.parse(message.raw)
    return EmailCard(
        sender=email_message.header(email, "from"),
        recipients=email_message.header(email, "to"),
        date=email_message.header(email, "date"),
        has_html=email_message.html_of(email) is not None,
    )


def mrkdwn(text: Any) -> Markup:
    """Slack's markup as HTML: links, bold, italic and code; everything else is plain text."""
    source = str(text or "")
    shown, at = Markup(), 0
    for match in _MARKUP.finditer(source):
        shown += _plain(source[at : match.start()])
        if match["url"]:
            shown += _link(html.unescape(match["url"]), match["label"] or match["url"])
        elif match["bold"]:
            shown += Markup("<b>{}</b>").format(_plain(match["bold"]))
        elif match["italic"]:
            shown += Markup("<i>{}</i>").format(_plain(match["italic"]))
        else:
            shown += Markup("<code>{}</code>").format(_plain(match["code"]))
        at = match.end()
    return shown + _plain(source[at:])


def web_address(text: Any) -> str:
    """The text if it is a web address, else nothing: no other scheme becomes a link."""
    address = str(text or "")
    try:
        scheme = urlsplit(address).scheme
    except ValueError:
        return ""
    return address if scheme in {"http", "https"} else ""


def _plain(text: str) -> Markup:
    # Slack's senders write &, < and > as entities; what they mean is shown, not run.
    return escape(html.unescape(text))


def _link(address: str, label: str) -> Markup:
    anchor = Markup('<a href="{}" rel="noreferrer noopener">{}</a>')
    return anchor.format(address, html.unescape(label))


def _attachment(source: Mapping[str, Any], message: Message) -> Attachment:
    by_state = {"firing": "warn", "resolved": "ok"}.get(message.status or "", "idle")
    fields = source.get("fields")
    has_text = source.get("text") or source.get("title") or source.get("pretext")
    return Attachment(
        tone=_TONE_OF_COLOUR.get(str(source.get("color")), by_state),
        pretext=mrkdwn(source.get("pretext")),
        title=html.unescape(str(source.get("title") or "")),
        title_link=web_address(source.get("title_link")),
        text=mrkdwn(source.get("text") if has_text else source.get("fallback")),
        fields=[
            (str(one.get("title") or ""), mrkdwn(one.get("value")), bool(one.get("short")))
            for one in (fields if isinstance(fields, list) else ())
            if isinstance(one, dict)
        ],
        footer=str(source.get("footer") or ""),
    )


def _details(details: Any) -> list[tuple[str, str]]:
    if not isinstance(details, dict):
        return [("details", str(details))] if details else []
    shown = ((name, value) for name, value in details.items() if value not in (None, "", [], {}))
    return [
        (
            str(name),
            value.strip() if isinstance(value, str) else json.dumps(value, ensure_ascii=False),
        )
        for name, value in shown
    ]


def _is_short(text: str) -> bool:
    return "\n" not in text and len(text) <= _SHORT


def _links(event: Mapping[str, Any]) -> list[tuple[str, str]]:
    found = [
        (str(link.get("text") or link.get("href") or ""), web_address(link.get("href")))
        for link in event.get("links") or ()
    ]
    client = str(event.get("client") or "Client")
    found.append((client, web_address(event.get("client_url"))))
    return [(label, address) for label, address in found if address]
