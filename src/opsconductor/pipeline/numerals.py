"""Numbers and durations as people write them: 5, five, twenty-five, twice, 2m30s, ten seconds."""

import re

_SMALL_NUMBERS = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
sixteen seventeen eighteen nineteen
"""
_ONES = _SMALL_NUMBERS.split()
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDS = {
    **{word: value for value, word in enumerate(_ONES)},
    **{word: 10 * value for value, word in enumerate(_TENS, start=2)},
    "dozen": 12,
}
_SCALES = {"hundred": 100, "thousand": 1000}
_REPETITIONS = {"once": 1, "twice": 2, "thrice": 3}
_LARGEST_DIGITS = 15

UNITS = {
    "ms": 0.001,
    "millisecond": 0.001,
    "s": 1.0,
    "sec": 1.0,
    "second": 1.0,
    "min": 60.0,
    "minute": 60.0,
    "h": 3600.0,
    "hr": 3600.0,
    "hour": 3600.0,
    "day": 86400.0,
    "week": 604800.0,
}
"""Seconds in each unit of time; `m` counts as minutes only where it is joined to its number."""

_JOINED_UNITS = {**UNITS, "m": 60.0, "d": 86400.0}
_PART = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)(ms|secs?|s|mins?|m|hrs?|h|d)")


def whole_number(word: str) -> int | None:
    """The number that one word names: digits, `five`, `twenty-five`, `twice`; None otherwise."""
    if word.isascii() and word.isdigit():
        return int(word) if len(word) <= _LARGEST_DIGITS else None
    if word in _REPETITIONS:
        return _REPETITIONS[word]
    if word in _WORDS:
        return _WORDS[word]
    tens, dash, ones = word.partition("-")
    if dash and tens in _TENS and ones in _ONES[1:10]:
        return _WORDS[tens] + _WORDS[ones]
    return None


def number_at(words: tuple[str, ...], index: int) -> tuple[int, int] | None:
    """The number that starts at `index` and how many words it takes, e.g. `two hundred`."""
    value = whole_number(words[index])
    if value is None and words[index] == "a" and words[index + 1 : index + 2] == ("dozen",):
        return 12, 2
    if value is None and words[index] == "a" and words[index + 1 : index + 2] != ():
        return (_SCALES[words[index + 1]], 2) if words[index + 1] in _SCALES else None
    if value is None:
        return None
    following = words[index + 1] if index + 1 < len(words) else ""
    if following in _SCALES:
        return value * _SCALES[following], 2
    if words[index] in _TENS and following in _ONES[1:10]:
        return value + _WORDS[following], 2
    return value, 1


def unit_seconds(word: str) -> float | None:
    """How many seconds the unit of time has: `s`, `seconds`, `min`; None for another word."""
    return UNITS.get(word, UNITS.get(word.removesuffix("s")))


def joined_duration(word: str) -> float | None:
    """Seconds in a duration written in one piece, `5s` or `2m30s`; None otherwise."""
    total, position = 0.0, 0
    for part in _PART.finditer(word):
        if part.start() != position:
            return None
        unit = part.group(2)
        seconds = _JOINED_UNITS.get(unit) or _JOINED_UNITS[unit.removesuffix("s")]
        total += float(part.group(1)) * seconds
        position = part.end()
    return total if position and position == len(word) else None
