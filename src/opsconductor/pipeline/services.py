"""The names of system services in a sentence, told by the words around them."""

import re
from collections.abc import Sequence

from opsconductor.pipeline import addresses
from opsconductor.pipeline.tokens import Token

_NOUNS = frozenset({"service", "services", "daemon", "daemons", "unit", "units"})
_STATE_WORDS = """
running up active alive started stopped enabled disabled down dead failed healthy working
inactive
"""
STATES = frozenset(_STATE_WORDS.split())
"""How a service may be; alone such a word asks for nothing."""
_QUESTIONS = frozenset({"is", "are", "was", "has", "does"})
_STATUSES = frozenset({"status", "state", "health"})
_LINKS = frozenset({"and", "or", "&"})
_FILLERS = frozenset({"the", "our", "my", "called", "named", "of", "for", "still", "currently"})
_OTHER_WORDS = """
a an any all are as at be by can check do each everything every for get give here how i if in is
it its list me my no not of off on or our please service services show some still system tell
that the their there these they this those to unit us was we what when where which who why you
your machine host server computer box internet network site website page status state daemon
linux windows port ports one thing code health and with systemd systemctl
"""
_NEVER = frozenset(_OTHER_WORDS.split())
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.@:-]{1,63}")


def service_names(
    tokens: Sequence[Token], index: int, nouns: frozenset[str]
) -> list[tuple[int, str]]:
    """Services named at `index`, with the position of each name.

    Read are `nginx service`, `the cron and ssh services`, `service nginx`, `is ssh running`,
    `are nginx and ssh up`, `status of nginx`, `nginx status`, `nginx.service`. `nouns` are words
    that name something else and so never a service.
    """
    word = tokens[index].lower
    names, after = _names(tokens, index, nouns)
    following = _word(tokens, after)
    if names and (following in _NOUNS or tokens[index].lower.endswith(".service")):
        return names
    if names and following in _STATUSES and len(names) == 1:
        return names
    before = _word(tokens, _back_over_fillers(tokens, index))
    if names and before in _QUESTIONS and _is_state(tokens, after):
        return names
    introduced = before in _NOUNS or before in _STATUSES
    if names and introduced and word not in STATES:
        return names
    return []


def _names(
    tokens: Sequence[Token], index: int, nouns: frozenset[str]
) -> tuple[list[tuple[int, str]], int]:
    """A list such as `nginx, ssh and cron` that starts here, and the index after it."""
    names: list[tuple[int, str]] = []
    position = index
    while position < len(tokens) and _may_be_name(tokens[position], nouns):
        names.append((position, tokens[position].lower))
        position += 1
        if _word(tokens, position) in _LINKS and position + 1 < len(tokens):
            if not _may_be_name(tokens[position + 1], nouns):
                break
            position += 1
        elif tokens[position - 1].stop != ",":
            break
    return names, position


def _may_be_name(token: Token, nouns: frozenset[str]) -> bool:
    word = token.lower
    return (
        not token.quoted
        and _NAME.fullmatch(word) is not None
        and word not in _NEVER
        and word not in STATES
        and word not in nouns
        and not addresses.is_host(word)
    )


def _is_state(tokens: Sequence[Token], index: int) -> bool:
    while _word(tokens, index) in _FILLERS | {"service", "services", "daemon"}:
        index += 1
    return _word(tokens, index) in STATES


def _back_over_fillers(tokens: Sequence[Token], index: int) -> int:
    index -= 1
    while index >= 0 and tokens[index].lower in _FILLERS:
        index -= 1
    return index


def _word(tokens: Sequence[Token], index: int) -> str:
    return tokens[index].lower if 0 <= index < len(tokens) else ""
