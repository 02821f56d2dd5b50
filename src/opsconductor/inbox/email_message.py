"""An e-mail as it comes over SMTP: parsed, checked, and put into words."""

import re
from email import policy
from email.errors import HeaderParseError, MessageDefect, MissingHeaderBodySeparatorDefect
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser, Parser
from html.parser import HTMLParser

from opsconductor.inbox.message import Message, alerts_in, state_in, writable
from opsconductor.objectives import Receiver

_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\-]{1,64}@"
    r"[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?"
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?)*"
)
_BLANK_LINES = re.compile(r"\n\s*\n\s*")
_SKIPPED = frozenset({"style", "script", "head", "title"})
_BREAKING = frozenset({"p", "div", "tr", "br", "li", "h1", "h2", "h3", "table"})


class MalformedEmailError(ValueError):
    """The data is not an e-mail; the text says what is missing."""


def is_address(text: str) -> bool:
    """Whether the text is a mail address, by the ordinary form of RFC 5321."""
    return _ADDRESS.fullmatch(text) is not None


def receive(data: bytes) -> Message:
    """The message in the data. Raises `MalformedEmailError`."""
    email = BytesParser(policy=policy.default).parsebytes(data)
    _check(email)
    subject = header(email, "subject")
    text = text_of(email)
    return Message(
        receiver=Receiver.EMAIL,
        status=state_in((subject, text)),
        title=subject or "(no subject)",
        body=text,
        alerts=alerts_in((subject, text)),
        raw=data.decode(errors="replace"),
    )


def parse(raw: str) -> EmailMessage:
    """A kept message again as an e-mail."""
    return Parser(policy=policy.default).parsestr(raw)


def header(email: EmailMessage, name: str) -> str:
    """A header in words, or as it came where the standard library cannot read it."""
    try:
        value = str(email[name] or "")
    except (HeaderParseError, LookupError, ValueError, AttributeError, TypeError):
        raw = {key.lower(): str(text) for key, text in email.raw_items()}
        value = raw.get(name.lower(), "")
    return writable(" ".join(value.split()))


def text_of(email: EmailMessage) -> str:
    """What the e-mail says: its plain part, else its HTML part without the markup."""
    part = email.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    content = _content(part)
    return plain_text(content) if part.get_content_subtype() == "html" else content.strip()


def html_of(email: EmailMessage) -> str | None:
    """The HTML part, or None."""
    part = email.get_body(preferencelist=("html",))
    return None if part is None else _content(part)


def plain_text(html: str) -> str:
    """The text of an HTML document, with a line for each block."""
    reader = _TextReader()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).splitlines())
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def _content(part: MIMEPart) -> str:
    try:
        return writable(str(part.get_content()))
    except (LookupError, UnicodeDecodeError):
        # An unknown character set: show what can be read.
        payload = part.get_payload(decode=True)
        return payload.decode(errors="replace") if isinstance(payload, bytes) else str(payload)


def _check(email: EmailMessage) -> None:
    defects: list[MessageDefect] = list(email.defects)
    if any(isinstance(defect, MissingHeaderBodySeparatorDefect) for defect in defects):
        raise MalformedEmailError("the header does not end with an empty line")
    if not email.keys():
        raise MalformedEmailError("there is no header")
    if not header(email, "from"):
        raise MalformedEmailError("there is no From header")


class _TextReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._skipping = 0

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        self._skipping += tag in _SKIPPED
        if tag in _BREAKING:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._skipping -= tag in _SKIPPED and self._skipping > 0
        if tag in _BREAKING:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            self.parts.append(data)
