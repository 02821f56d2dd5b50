"""A sentence cut into words, with quoted text kept whole."""

from dataclasses import dataclass
from ipaddress import ip_address

_LEFT, _RIGHT = "\N{LEFT SINGLE QUOTATION MARK}", "\N{RIGHT SINGLE QUOTATION MARK}"
_QUOTES = {'"': '"', "'": "'", "`": "`", "“": "”", _LEFT: _RIGHT, "«": "»"}
_BEFORE_WORD = "([<{,;¿¡\"'`“" + _LEFT
_CLOSING = ")]>},;.!?…"
_BREAKS = frozenset(",;.!?…")
_AFTER_WORD = _CLOSING + "\"'`”" + _RIGHT
_SUFFIXES = ("'s", f"{_RIGHT}s")


@dataclass(frozen=True, slots=True)
class Token:
    """One word, or one quoted text without its quotes.

    `start` and `end` are the positions in the sentence, quotes included. `stop` is the punctuation
    that follows and ends a clause, or an empty string.
    """

    text: str
    start: int
    end: int
    quoted: bool = False
    stop: str = ""

    @property
    def lower(self) -> str:
        """The word in lower case, without a possessive ending."""
        lowered = self.text.casefold()
        for suffix in _SUFFIXES:
            lowered = lowered.removesuffix(suffix)
        return lowered


def tokenize(sentence: str) -> tuple[Token, ...]:
    """The sentence's words in order. Never raises: any text has a list of words."""
    tokens: list[Token] = []
    position = 0
    while position < len(sentence):
        if sentence[position].isspace():
            position += 1
            continue
        end = _closing_quote(sentence, position)
        if end is not None:
            stop = sentence[end + 1 : end + 2]
            tokens.append(
                Token(
                    sentence[position + 1 : end],
                    position,
                    end + 1,
                    quoted=True,
                    stop=stop if stop in _BREAKS else "",
                )
            )
            position = end + 1
            continue
        end = position
        while end < len(sentence) and not sentence[end].isspace():
            end += 1
        token = _word(sentence, position, end)
        if token is not None:
            tokens.append(token)
        position = end
    return tuple(tokens)


def _closing_quote(sentence: str, position: int) -> int | None:
    """Where the quotation that opens here ends; None where none opens, as in `what's`."""
    closing = _QUOTES.get(sentence[position])
    if closing is None:
        return None
    end = sentence.find(closing, position + 1)
    while end != -1:
        after = sentence[end + 1 : end + 2]
        if end > position + 1 and (not after or after.isspace() or after in _CLOSING):
            return end
        end = sentence.find(closing, end + 1)
    return None


def _word(sentence: str, start: int, end: int) -> Token | None:
    """The word without the punctuation around it; None where nothing else is there."""
    raw = sentence[start:end]
    if is_address(raw):
        return Token(raw, start, end)
    bracketed = raw.startswith("[") and "]:" in raw  # an IPv6 address with a port
    text = raw if bracketed else raw.lstrip(_BEFORE_WORD)
    start += len(raw) - len(text)
    text = text.rstrip(_AFTER_WORD)
    if not is_address(text):
        text = text.rstrip(":" + _CLOSING)
    tail = sentence[start + len(text) : end]
    stop = next((sign for sign in tail if sign in _BREAKS), "")
    if not text:
        return None
    return Token(text, start, start + len(text), stop=stop)


def is_address(text: str) -> bool:
    """Whether the text is an IPv4 or IPv6 address."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
