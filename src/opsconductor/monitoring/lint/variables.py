"""The one step that puts something in place of Grafana's variables, before PromQL is parsed.

A reference is `$name`, `${name}`, `${name:format}`, `${name.field}` or `[[name]]`; a name that
stands for nothing stays as it is, as Grafana leaves it (so do the `$1` of label_replace). What
takes its place depends on where it stands:

- in the value of a label matcher: a regular expression for all that the variable may hold. The
  matcher then selects at least the series that any choice would select, so that what lint calls
  impossible is impossible for every choice. Where the values come from a query, that is
  `ANYTHING`; `!=` and `!~` become `=~ANYTHING` too, for the same reason.
- anywhere else (durations, numbers, label names, functions, parts of names): the value that the
  dashboard opens with, or the first that is offered. Lint then judges that choice. A variable of
  which the file says no value is `unresolved`: the expression cannot be read.

In place of Grafana's own variables: `$__rate_interval` is four scrapes, `$__range` the dashboard's
own time range.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from opsconductor.monitoring.lint.promql_text import Place, Span, spans
from opsconductor.monitoring.lint.query import ANYTHING
from opsconductor.monitoring.lint.variable_values import Held

REFERENCE = re.compile(
    r"\$(?P<plain>\w+)"
    r"|\$\{(?P<braced>\w+)(?:\.[^:}]+)?(?::(?P<format>[^}]+))?\}"
    r"|\[\[(?P<bracketed>\w+)(?::(?P<old_format>\w+))?\]\]",
    re.ASCII,
)
INTERVAL = "__interval"
_JOINTS = {"csv": ",", "raw": ",", "pipe": "|", "text": " + "}
_ANYTHING_GOES = f'=~"{ANYTHING}"'
_OUTER_QUOTE = {"`": '"'}
"""What a string is quoted by after substitution: between backquotes nothing can be escaped."""
_SPECIAL = re.compile(r"[\\^$.*+?()\[\]{}|]")


@dataclass(frozen=True, slots=True)
class Substitution:
    """An expression without variables; `text` can be parsed where `unresolved` is empty.

    `undefined` are names that look like variables and stand for nothing: Grafana sends them as
    they are.
    """

    text: str
    unresolved: tuple[str, ...] = ()
    undefined: tuple[str, ...] = ()


def names(text: str) -> list[str]:
    """Every name that the text refers to as a variable, in order."""
    return [_name(match) for match in REFERENCE.finditer(text)]


def substitute(
    text: str, held: Mapping[str, Held], interval: Callable[[int], str] | None = None
) -> Substitution:
    """The expression with everything in place of its variables.

    `interval` gives another text for the n-th `$__interval`, by which it can be found in the tree.
    """
    return _Step(held, interval).run(text)


@dataclass(slots=True)
class _Step:
    held: Mapping[str, Held]
    interval: Callable[[int], str] | None
    intervals: int = 0
    unresolved: dict[str, None] = field(default_factory=dict)
    undefined: dict[str, None] = field(default_factory=dict)

    def run(self, text: str) -> Substitution:
        pieces = []
        for span in spans(text, REFERENCE):
            match span.place:
                case Place.COMMENT:
                    pieces.append(span.text)
                case Place.MATCHER:
                    pieces.append(self._matcher(span))
                case _:
                    pieces.append(self._plain(span))
        return Substitution("".join(pieces), tuple(self.unresolved), tuple(self.undefined))

    def _plain(self, span: Span) -> str:
        """The value that the dashboard opens with in place of each reference."""
        quote = _OUTER_QUOTE.get(span.text[0], span.text[0])

        def value(match: re.Match[str]) -> str:
            name = _name(match)
            held = self.held.get(name)
            if name == INTERVAL and self.interval is not None:
                self.intervals += 1
                return self.interval(self.intervals - 1)
            if held is None:
                # In a string it may be a group of label_replace, which has names as well.
                if span.place is not Place.STRING:
                    self.undefined[name] = None
                return match.group()
            if not held.shown:
                self.unresolved[name] = None
                return match.group()
            text = _joined(held.shown, match["format"] or match["old_format"] or "")
            return _encoded(text, quote) if span.place is Place.STRING else text

        written = span.text
        if quote != span.text[0] and span.place is Place.STRING and REFERENCE.search(written):
            written = f"{quote}{_encoded(span.text[1:-1], quote)}{quote}"
        return REFERENCE.sub(value, written)

    def _matcher(self, span: Span) -> str:
        """The matcher's operator and value; `span.text` is both, with what is between them."""
        found = list(REFERENCE.finditer(span.value))
        known = [match for match in found if _name(match) in self.held]
        for match in found:
            if _name(match) not in self.held and not _name(match).isdigit():
                self.undefined[_name(match)] = None
        if not known:
            return span.text
        singles = {_name(match): self.held[_name(match)].single for match in known}
        if None not in singles.values():
            quote = _OUTER_QUOTE.get(span.quote, span.quote)
            return f"{span.head}{quote}{self._fill(span, singles, quote)}{quote}"
        if span.operator in {"!=", "!~"} or _in_class(span, known):
            return _ANYTHING_GOES
        return self._pattern(span, known)

    def _fill(self, span: Span, singles: Mapping[str, str | None], quote: str) -> str:
        pieces, end = [], 0
        for match in REFERENCE.finditer(span.value):
            text = singles.get(_name(match))
            if text is not None:
                pieces += [_requoted(span.value[end : match.start()], span.quote)]
                pieces += [_encoded(text, quote)]
                end = match.end()
        return "".join([*pieces, _requoted(span.value[end:], span.quote)])

    def _pattern(self, span: Span, known: list[re.Match[str]]) -> str:
        """The matcher with a regular expression: alternatives in place of the references."""
        is_regex = span.operator == "=~"
        if not is_regex and "\\" in span.value:
            return _ANYTHING_GOES
        quote = _OUTER_QUOTE.get(span.quote, span.quote)

        def around(text: str) -> str:
            return _requoted(text, span.quote) if is_regex else _encoded(_literal(text), quote)

        pieces, end = [], 0
        for match in known:
            options = _alternatives(self.held[_name(match)], is_regex=is_regex)
            pieces += [around(span.value[end : match.start()]), _encoded(options, quote)]
            end = match.end()
        return "".join(["=~", quote, *pieces, around(span.value[end:]), quote])


def _name(match: re.Match[str]) -> str:
    return match["plain"] or match["braced"] or match["bracketed"]


def _alternatives(held: Held, *, is_regex: bool) -> str:
    """A group that matches whatever the variable may hold."""
    if held.open or not held.choices:
        return ANYTHING
    raw = is_regex and not held.escaped
    options = [text if raw else _literal(text) for text in held.choices]
    if held.everything:
        options.append(held.everything if is_regex else _literal(held.everything))
    return f"(?:{'|'.join(options)})"


def _joined(values: tuple[str, ...], form: str) -> str:
    """Several values as Grafana writes them: `(a|b)` unless the reference asks for another form."""
    if len(values) == 1:
        return values[0]
    if form in _JOINTS:
        return _JOINTS[form].join(values)
    if form == "glob":
        return "{" + ",".join(values) + "}"
    return "(" + "|".join(values) + ")"


def _in_class(span: Span, references: list[re.Match[str]]) -> bool:
    """Whether a reference stands in `[…]` or after a backslash, where a group would be letters."""
    starts = {match.start(): match.end() for match in references}
    inside, escaped, at = False, False, 0
    while at < len(span.value):
        if at in starts:
            if inside or escaped:
                return True
            at = starts[at]
            continue
        # Between quotes a backslash of the regular expression is written twice.
        if span.quote != "`" and span.value[at] == "\\":
            at += 1
        letter = span.value[at : at + 1]
        if escaped:
            escaped = False
        elif letter in {"[", "]"}:
            inside = letter == "["
        else:
            escaped = letter == "\\"
        at += 1
    return False


def _requoted(text: str, quote: str) -> str:
    """A part of a string as it is written in a string of the quote that is put around it."""
    return _encoded(text) if quote in _OUTER_QUOTE else text


def _literal(text: str) -> str:
    return _SPECIAL.sub(lambda match: "\\" + match.group(), text)


def _encoded(text: str, quote: str = '"') -> str:
    """The text as it stands between the quotes of a PromQL string."""
    escaped = text.replace("\\", "\\\\").replace("\n", "\\n")
    return escaped.replace(quote, "\\" + quote)
