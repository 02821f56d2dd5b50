"""What must not become a label: identifiers, personal data, secrets, free text.

Each value of such a label is a series of its own, and stays in the store, unredacted and for every
reader, as long as its samples do. Source: Prometheus, "Metric and label
naming" (no user ids, no e-mail addresses); OpenMetrics 1.0, "Exemplars" (where a trace id belongs).
"""

import re
from collections.abc import Iterator, Mapping
from ipaddress import AddressValueError, IPv6Address


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_IDENTIFIED = _words(
    "trace span request req correlation transaction txn session message msg event order payment"
    " invoice customer client account user member visitor person employee patient execution"
    " device job"
)
"""What there is a new one of for every case: `<one of them>_id` is an identifier."""

_NAMES: Mapping[str, frozenset[str]] = {
    "an identifier": _words(
        "id uid uuid guid traceid spanid requestid sessionid userid traceparent trace span session"
        " nonce timestamp"
    ),
    "personal data": _words(
        "user username user_name login principal person email e_mail mail email_address phone"
        " phone_number telephone mobile ssn first_name last_name full_name surname birthday"
        " address street postal_address postal_code zip_code"
    ),
    "a client's address": _words(
        "ip ip_address ip_addr client client_ip client_host client_addr client_address remote_ip"
        " remote_host remote_addr remote_address peer_ip peer_addr src_ip dst_ip source_ip"
        " x_forwarded_for mac mac_address user_agent"
    ),
    "a secret": _words(
        "password passwd passphrase pwd secret client_secret token access_token auth_token"
        " refresh_token api_token id_token api_key apikey authorization cookie credential"
        " credentials private_key"
    ),
}
UNBOUNDED = _words(
    "url uri full_url request_url path request_path query query_string referer referrer sql"
    " statement sentence prompt input message error_message exception_message stack_trace"
)
"""Free text and addresses of pages: fine only where the values are closed."""

INSTEAD: Mapping[str, str] = {
    "an identifier": "give it as the exemplar's trace_id, or as a field of the log line",
    "personal data": "leave it to the audit log, and count without it",
    "a client's address": "make it a field of the log line, and count by what it stands for",
    "a secret": "let it stand nowhere but in the request",
    "free text": "name its closed set of values, or make it a field of the log line",
}
"""What to do in place of such a label."""

_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_EDGE, _END = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"
_VALUES: Mapping[str, re.Pattern[str]] = {
    "an e-mail address": re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+"),
    "a URL": re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*://"),
    "a UUID": re.compile(
        rf"{_EDGE}[0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}{_END}", re.IGNORECASE
    ),
    # 16 digits are a span id, 32 a trace id, 40 and 64 digests.
    "a hexadecimal id": re.compile(rf"{_EDGE}[0-9a-f]{{16,}}{_END}", re.IGNORECASE),
    "a hardware address": re.compile(
        rf"{_EDGE}(?:[0-9a-f]{{2}}[:\-]){{5}}[0-9a-f]{{2}}{_END}", re.IGNORECASE
    ),
    "a secret": re.compile(rf"{_EDGE}(?:eyJ|gh[pousr]_|xox[abprs]-|AKIA|sk-)[\w.\-]{{16,}}"),
    # International, national with a leading 0, and the North American plan.
    "a phone number": re.compile(
        r"\+\d[\d ().\-]{6,}\d|(?<!\d)0\d{1,4}[ /\-]\d{5,}"
        r"|(?<!\d)(?:\(\d{3}\) ?|\d{3}[ .\-])\d{3}[ .\-]\d{4}(?!\d)",
        re.ASCII,
    ),
    # A date has eight digits, a time in seconds ten, a phone number nine or more.
    "a long number": re.compile(r"\d{9,}"),
}
_IPV4 = re.compile(r"(?<![\d.])(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)", re.ASCII)
_IPV6 = re.compile(r"(?<![0-9A-Za-z:])[0-9A-Fa-f:]*:[0-9A-Fa-f.:]*:[0-9A-Fa-f.:]*(?![0-9A-Za-z])")
_MOST = 1024
"""Characters that are looked at; what is longer is no name of anything."""


def identifying_name(name: str, *, closed: bool = False) -> str | None:
    """What a label of this name would carry that no label may, or None for an ordinary one.

    `closed` says that its values are a fixed set, which makes names of free text harmless. The
    answer is a key of `INSTEAD`.
    """
    plain = _HUMPS.sub("_", name).lower()
    for kind, names in _NAMES.items():
        if plain in names:
            return kind
    entity, _, last = plain.rpartition("_")
    if last in {"id", "uuid", "guid"} and entity.rpartition("_")[2] in _IDENTIFIED:
        return "an identifier"
    return "free text" if plain in UNBOUNDED and not closed else None


def identifying_value(value: str) -> str | None:
    """What in a label's value looks like an identifier, personal data or a secret; else None.

    Meant for names that somebody gives to something: a date or a version of three parts is none,
    a version of four parts is taken for an address.
    """
    if len(value) > _MOST:
        return "a long text"
    for kind, pattern in _VALUES.items():
        if pattern.search(value):
            return kind
    return "an IP address" if any(_addresses(value)) else None


def _addresses(value: str) -> Iterator[bool]:
    for octets in _IPV4.findall(value):
        yield all(int(octet) < 256 for octet in octets)  # noqa: PLR2004  an octet
    for candidate in _IPV6.findall(value):
        try:
            IPv6Address(candidate.rstrip("."))
        except AddressValueError:
            continue
        # "::" alone is punctuation more often than an address.
        yield candidate.strip(":") != ""
