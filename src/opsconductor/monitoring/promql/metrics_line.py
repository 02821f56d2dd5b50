"""One line of a metrics page: Prometheus text 0.0.4 or OpenMetrics 1.0."""

import re
from dataclasses import dataclass
from typing import NamedTuple

_NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
_LABEL = r'[ \t]*([a-zA-Z_][a-zA-Z0-9_]*)[ \t]*=[ \t]*"([^"\\]*(?:\\.[^"\\]*)*)"[ \t]*'
_LABELS = re.compile(_LABEL + r"(?:,|$)", re.ASCII)
_UNNAMED = re.sub(r"(?<!\\)\((?!\?)", "(?:", _LABEL)
_NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?)"
_VALUE = rf"(?:{_NUMBER}|[+-]?[iI]nf(?:inity)?|NaN)"
_EXEMPLAR = (
    rf"[ \t]+#[ \t]*\{{(?:{_UNNAMED}(?:,{_UNNAMED})*,?)?\}}[ \t]+{_VALUE}(?:[ \t]+{_NUMBER})?"
)
_SAMPLE = re.compile(
    rf"[ \t]*({_NAME})[ \t]*(?:\{{((?:{_UNNAMED}(?:,{_UNNAMED})*,?)?[ \t]*)\}})?[ \t]*"
    rf"(?<=[ \t}}]){_VALUE}(?:[ \t]+{_NUMBER})?(?:{_EXEMPLAR})?[ \t]*",
    re.ASCII,
)
_QUOTED = re.compile(
    r'[ \t]*"([^"\\]*(?:\\.[^"\\]*)*)"[ \t]*(?:(=)[ \t]*"([^"\\]*(?:\\.[^"\\]*)*)"[ \t]*)?'
)
_PLAIN = re.compile(_LABEL, re.ASCII)
_AFTER = re.compile(
    rf"[ \t]*(?<=[ \t}}]){_VALUE}(?:[ \t]+{_NUMBER})?(?:{_EXEMPLAR})?[ \t]*", re.ASCII
)
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {"n": "\n", '"': '"', "\\": "\\"}

KINDS = frozenset({
    "counter", "gauge", "histogram", "summary", "untyped", "unknown", "info", "stateset",
    "gaugehistogram",
})  # fmt: skip
"""The words of a `# TYPE` line, of both formats."""


class Sample(NamedTuple):
    """A series name and its labels, `le` and `quantile` among them."""

    name: str
    labels: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TypeLine:
    """`# TYPE family kind`."""

    family: str
    kind: str


class LineError(ValueError):
    """A line that neither format allows."""


def sample(line: str) -> Sample:
    """The sample that the line holds; its number, time and exemplar are checked and left out.

    Raises `LineError`. One expression recognises the whole of an ordinary line, which is what
    makes a large page fast; names in quotes, as Prometheus 3 writes those outside the old
    alphabet, are read step by step.
    """
    found = _SAMPLE.fullmatch(line)
    if found is None:
        return _quoted_sample(line)
    name, text = found.groups()
    if not text:
        return Sample(name, ())
    labels = tuple(_LABELS.findall(text))
    if "\\" in text:
        labels = tuple((label, unescaped(value)) for label, value in labels)
    return Sample(name, labels)


def unescaped(value: str) -> str:
    r"""A label's value without its escapes: `\\`, `\"` and `\n`; others stay as they are."""
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[0]), value)


def comment(line: str) -> TypeLine | None:
    """The `# TYPE` line, if this comment is one. Raises `LineError` where it is broken."""
    words = line.split(None, 3)
    keyword = words[1] if len(words) > 1 else ""
    if words[0] != "#" or keyword != "TYPE":
        return None
    if len(words) != 4:  # noqa: PLR2004  "#", "TYPE", the family, its kind
        raise LineError("a TYPE line has a family and a kind")
    _, _, family, kind = words
    kind = kind.strip()
    if kind not in KINDS:
        raise LineError(f"{kind[:40]!r} is no kind of metric")
    return TypeLine(_family(family), kind)


def _family(text: str) -> str:
    if text.startswith('"') and text.endswith('"') and len(text) > 2:  # noqa: PLR2004  not ""
        return unescaped(text[1:-1])
    if not re.fullmatch(_NAME, text, re.ASCII):
        raise LineError("a TYPE line has a family and a kind")
    return text


def _quoted_sample(line: str) -> Sample:
    """A sample with names in quotes: `{"http.requests","http.method"="GET"} 1`."""
    opened = line.find("{")
    name = line[:opened].strip() if opened >= 0 else ""
    if opened < 0 or '"' in name or (name and not re.fullmatch(_NAME, name, re.ASCII)):
        raise LineError(_fault(line))
    at, labels = opened + 1, []
    while (found := _QUOTED.match(line, at) or _PLAIN.match(line, at)) is not None:
        if found.re is _PLAIN:
            labels.append((found[1], unescaped(found[2])))
        elif found[2]:
            labels.append((unescaped(found[1]), unescaped(found[3])))
        elif name:
            raise LineError("a label has a value")
        else:
            name = unescaped(found[1])
        at = found.end()
        if line[at : at + 1] != ",":
            break
        at += 1
    if not name or line[at : at + 1] != "}" or not _AFTER.fullmatch(line, at + 1):
        raise LineError(_fault(line))
    return Sample(name, tuple(labels))


def _fault(line: str) -> str:
    """What seems to be wrong, for the message."""
    text = line.strip()
    if text[:1] in {"<", "["} or text[:2] == '{"':
        return "this is HTML or JSON, not a metrics page"
    if not re.match(rf"({_NAME}|\{{)", text, re.ASCII):
        return "a sample starts with the name of a metric"
    if "{" in text and "}" not in text:
        return "the braces do not close"
    if not re.search(r"[ \t}]\S+$", text):
        return "a sample has a value after its name"
    return 'not `name{label="value", …} number`, nor a comment'
