"""Find the typed entities of a sentence: each recognizer reads one kind at one word."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from opsconductor.pipeline import addresses, numerals
from opsconductor.pipeline.entities import Entities, Kind, Mention
from opsconductor.pipeline.services import service_names
from opsconductor.pipeline.tokens import Token

_PORT_NOUNS = frozenset({"port", "ports"})
_PROTOCOLS = frozenset({"tcp", "udp"})
_MACHINE_NOUNS = frozenset({"host", "hostname", "server", "machine", "node", "box"})
_THIS_MACHINE = frozenset({"machine", "host", "server", "computer", "box", "system", "node"})
_HERE = frozenset({"here", "locally", "myself", "yourself", "itself"})
_ROOT_OF = frozenset({"filesystem", "file", "partition", "disk", "volume", "directory", "folder"})

WELL_KNOWN_PORTS: Mapping[str, int] = {
    "ftp": 21,
    "ssh": 22,
    "telnet": 23,
    "smtp": 25,
    "dns": 53,
    "http": 80,
    "pop3": 110,
    "ntp": 123,
    "imap": 143,
    "ldap": 389,
    "https": 443,
    "mysql": 3306,
    "rdp": 3389,
    "postgres": 5432,
    "postgresql": 5432,
    "redis": 6379,
    "prometheus": 9090,
    "alertmanager": 9093,
}
"""Ports by the name of what listens there (IANA's service name registry; the last two their
projects' defaults)."""


CHOICES_BY_NAME: Mapping[str, str] = {
    "ipv6": "AAAA",
    "nameserver": "NS",
    "nameservers": "NS",
    "name server": "NS",
    "name servers": "NS",
    "mail server": "MX",
    "mail servers": "MX",
    "alias": "CNAME",
    "ram": "memory",
    "processor": "cpu",
}
"""What people call some of the values that tools let them choose among."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What the catalogue adds to the language: values to choose among, words that name tools.

    `choices` maps a value as people may write it (lower case, no dashes) to the value as the tool
    wants it. `nouns` are the words of the tools' names, which are never the name of a service.
    """

    choices: Mapping[str, str] = field(default_factory=dict)
    nouns: frozenset[str] = frozenset()


Recognizer = Callable[[Sequence[Token], int, Lexicon], tuple[Mention, ...]]


def extract(tokens: Sequence[Token], lexicon: Lexicon) -> Entities:
    """Every entity that the words name, in their order. Never raises."""
    found: list[Mention] = []
    index = 0
    while index < len(tokens):
        mentions = _at(tokens, index, lexicon)
        found.extend(mentions)
        found.extend(_hints(tokens, index, lexicon))
        index = max((m.last for m in mentions if m.consumes), default=index) + 1
    return Entities(tuple(found))


def _at(tokens: Sequence[Token], index: int, lexicon: Lexicon) -> tuple[Mention, ...]:
    if tokens[index].quoted:
        return _quoted(tokens, index)
    for recognizer in _RECOGNIZERS:
        mentions = recognizer(tokens, index, lexicon)
        if mentions:
            return mentions
    return ()


def _quoted(tokens: Sequence[Token], index: int) -> tuple[Mention, ...]:
    text = tokens[index].text
    return (Mention(Kind.QUOTED, text, index, index), *_by_shape(text, index))


def _shape(tokens: Sequence[Token], index: int, _: Lexicon) -> tuple[Mention, ...]:
    return _by_shape(tokens[index].text, index) or _by_shape(tokens[index].lower, index)


def _by_shape(word: str, index: int) -> tuple[Mention, ...]:
    if addresses.is_url(word):
        return (Mention(Kind.URL, word, index, index),)
    if addresses.is_path(word):
        return (Mention(Kind.PATH, word, index, index),)
    if url := addresses.without_scheme(word):
        return (Mention(Kind.URL, url, index, index),)
    if pair := addresses.host_and_port(word):
        host, port = pair
        return (
            Mention(Kind.HOST, host, index, index),
            Mention(Kind.PORT, port, index, index, host=host),
        )
    if addresses.is_host(word):
        return (Mention(Kind.HOST, word.removesuffix("."), index, index),)
    return ()


def _root(tokens: Sequence[Token], index: int, _: Lexicon) -> tuple[Mention, ...]:
    following = _next(tokens, index)
    if tokens[index].lower == "root" and following in _ROOT_OF:
        return (Mention(Kind.PATH, "/", index, index),)
    return ()


def _ports(tokens: Sequence[Token], index: int, _: Lexicon) -> tuple[Mention, ...]:
    """`port 22`, `ports 80, 443 and 8080`, `tcp/22`, `22/tcp`, `:8080`, `443 on example.com`."""
    word = tokens[index].lower
    if word not in _PORT_NOUNS:
        left, slash, right = word.partition("/")
        if slash and left in _PROTOCOLS:
            left, right = right, left
        bare = left if slash and right in _PROTOCOLS else word[1:] if word[:1] == ":" else ""
        if _next(tokens, index) in {"on", "at"} and addresses.is_host(_next(tokens, index + 1)):
            bare = bare or word
        return _port(bare, index) if bare else ()
    found: tuple[Mention, ...] = ()
    position = index + 1
    while position < len(tokens):
        current = tokens[position].lower
        mention = _port(current, position)
        if not mention and current not in {"and", "or", "number", "numbers", "&", "is", "no"}:
            break
        found += mention
        position += 1
    return tuple(
        Mention(m.kind, m.value, index if i == 0 else m.first, m.last) for i, m in enumerate(found)
    )


def _port(word: str, index: int) -> tuple[Mention, ...]:
    if not (word.isascii() and word.isdigit()) or len(word) > len("999999"):
        return ()
    return (Mention(Kind.PORT, int(word), index, index),)


def _duration(tokens: Sequence[Token], index: int, _: Lexicon) -> tuple[Mention, ...]:
    word = tokens[index].lower
    seconds = numerals.joined_duration(word)
    if seconds is not None:
        return (Mention(Kind.DURATION, seconds, index, index),)
    number = _number(tokens, index)
    if number is None:
        return ()
    value, last = number
    unit = numerals.unit_seconds(tokens[last + 1].lower) if last + 1 < len(tokens) else None
    return () if unit is None else (Mention(Kind.DURATION, value * unit, index, last + 1),)


def _count(tokens: Sequence[Token], index: int, _: Lexicon) -> tuple[Mention, ...]:
    number = _number(tokens, index)
    return () if number is None else (Mention(Kind.COUNT, number[0], index, number[1]),)


def _number(tokens: Sequence[Token], index: int) -> tuple[int, int] | None:
    """The number here and the index of its last word. `one` alone is a pronoun more often."""
    words = tuple(token.lower for token in tokens[index : index + 3])
    if words[0] == "one" and (index == 0 or tokens[index - 1].lower not in {"top", "last"}):
        return None
    number = numerals.number_at(words, 0)
    return None if number is None else (number[0], index + number[1] - 1)


def _service(tokens: Sequence[Token], index: int, lexicon: Lexicon) -> tuple[Mention, ...]:
    return tuple(
        Mention(Kind.SERVICE, name, position, position)
        for position, name in service_names(tokens, index, lexicon.nouns)
    )


def _machine(tokens: Sequence[Token], index: int, _: Lexicon) -> tuple[Mention, ...]:
    """`web01`, `db-3`, and the word after `host` or `server`, where it looks like a name."""
    word = tokens[index].text
    before = tokens[index - 1].lower if index else ""
    named = before in _MACHINE_NOUNS and word.isalnum() and any(map(str.isdigit, word))
    has_digit = any(map(str.isdigit, word))
    if named or (has_digit and addresses.is_machine_name(word) and before in {*_BEFORE_NAMES}):
        return (Mention(Kind.HOST, word, index, index),)
    return ()


_BEFORE_NAMES = ("ping", "to", "on", "reach", "of", "for", "host", "resolve", "and", "from", "is")


def _hints(tokens: Sequence[Token], index: int, lexicon: Lexicon) -> list[Mention]:
    """What a word may stand for besides what it says; these consume nothing."""
    token = tokens[index]
    if token.quoted:
        return []
    hints = []
    choice = _choice(tokens, index, lexicon)
    if choice is not None:
        hints.append(Mention(Kind.CHOICE, choice, index, index, consumes=False))
    port = WELL_KNOWN_PORTS.get(token.lower)
    if port is not None:
        hints.append(Mention(Kind.PORT, port, index, index, consumes=False))
    this = token.lower in _THIS_MACHINE and index > 0 and tokens[index - 1].lower in {"this", "my"}
    if this or token.lower in _HERE:
        hints.append(Mention(Kind.HOST, "localhost", index, index, consumes=False))
    return hints


def _choice(tokens: Sequence[Token], index: int, lexicon: Lexicon) -> str | None:
    """One of the values that some tool lets the caller choose among.

    A value of one letter, such as the record type A, is an article more often: it counts as a
    choice in upper case inside the sentence, or before the word "record".
    """
    token = tokens[index]
    word = token.lower.replace("-", "")
    named = CHOICES_BY_NAME.get(f"{word} {_next(tokens, index)}") or CHOICES_BY_NAME.get(word)
    # "md5sum" is the program, md5 the algorithm.
    candidates = (word, word.removesuffix("sum"), (named or "").casefold())
    value = next((lexicon.choices[c] for c in candidates if c in lexicon.choices), None)
    if value is None or len(value) > 1:
        return value
    following = _next(tokens, index)
    exact = token.text == value
    if following.startswith("record"):
        return value if exact or (index and tokens[index - 1].lower in {"the", "its"}) else None
    return value if exact and index else None


def _next(tokens: Sequence[Token], index: int) -> str:
    return tokens[index + 1].lower if index + 1 < len(tokens) else ""


_RECOGNIZERS: tuple[Recognizer, ...] = (
    _shape,
    _root,
    _ports,
    _duration,
    _count,
    _service,
    _machine,
)
