"""Go templates in labels and annotations: which of the alert's labels they read, what is wrong.

Prometheus expands them with Go's text/template and functions of its own; the parts that decide
whether a template works are read here: actions, blocks, fields, variables and function names.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

GO_FUNCTIONS = frozenset(
    {
        *("and", "break", "call", "continue", "eq", "ge", "gt", "html", "index", "js", "le", "len"),
        *("lt", "ne", "not", "or", "print", "printf", "println", "slice", "urlquery"),
    }
)
"""Predefined in Go's text/template."""
PROMETHEUS_FUNCTIONS = frozenset(
    {
        *("query", "first", "label", "value", "sortByLabel", "strvalue"),
        *(
            "humanize",
            "humanize1024",
            "humanizeDuration",
            "humanizePercentage",
            "humanizeTimestamp",
        ),
        *("toTime", "toDuration", "now", "parseDuration"),
        *("title", "toUpper", "toLower", "match", "reReplaceAll", "stripPort", "stripDomain"),
        *("graphLink", "tableLink", "pathPrefix", "externalURL", "urlQueryEscape"),
        *("args", "tmpl", "safeHtml"),
    }
)
"""Template reference of Prometheus 3; `toDuration`, `now` and `urlQueryEscape` came after 2.45."""
FUNCTIONS = GO_FUNCTIONS | PROMETHEUS_FUNCTIONS
VARIABLES = frozenset({"$", "$labels", "$externalLabels", "$externalURL", "$value"})
"""Defined by Prometheus before the template's own text."""
_OPENING = frozenset({"if", "range", "with", "block", "define"})
_KEYWORDS = _OPENING | {"else", "end", "template", "nil", "true", "false"}
_DOTTED = frozenset({"range", "with", "block", "define"})
"""Blocks in which the dot is something else than the alert."""
_COMMENT = re.compile(r"-?\s*/\*")
_COMMENT_END = re.compile(r"\s*-?\}\}")
_TRIM = re.compile(r"-\s")
_END = re.compile(r"(?:\s-)?\}\}")
_TOKEN = re.compile(
    r"""\s+
    | (?P<text>"(?:\\.|[^"\\\n])*"|`[^`]*`)
    | (?P<char>'(?:\\.|[^'\\\n])+')
    | (?P<variable>\$\w*(?:\.\w+)*)
    | (?P<field>(?:\.\w+)+)
    | (?P<dot>\.)
    | (?P<number>[+-]?\d[\w.+-]*)
    | (?P<word>[A-Za-z_]\w*)
    | (?P<mark>:=|=|\||\(|\)|,)""",
    re.VERBOSE,
)


@dataclass(slots=True)
class Template:
    """What a template does: `labels` it reads without asking whether they are there.

    `faults` say what Prometheus would refuse it for, or what would come out wrong.
    """

    labels: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    value: bool = False
    faults: list[str] = field(default_factory=list)


@lru_cache(maxsize=4096)
def template(text: str) -> Template:
    """Read a template; one without actions is a plain text."""
    reader = _Reader()
    if "{{" in text:
        reader.read(text)
    found = reader.found
    found.labels -= found.asked
    return found


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


@dataclass(slots=True)
class _Reader:
    found: Template = field(default_factory=Template)
    blocks: list[str] = field(default_factory=list)
    variables: set[str] = field(default_factory=lambda: set(VARIABLES))

    def read(self, text: str) -> None:
        place = 0
        while (start := text.find("{{", place)) >= 0:
            end = self.action(text, start + 2)
            if end is None:
                return
            place = end
        if self.blocks:
            self.fault(f"`{{{{ {self.blocks[-1]} }}}}` has no `{{{{ end }}}}`")

    def fault(self, text: str) -> None:
        self.found.faults.append(text)

    def action(self, text: str, start: int) -> int | None:
        """Read the action that begins behind `{{`; the place behind its `}}`, None where lost."""
        comment = _COMMENT.match(text, start)
        if comment:
            end = text.find("*/", comment.end())
            close = _COMMENT_END.match(text, end + 2) if end >= 0 else None
            if close is None:
                self.fault("a comment is not closed by `*/}}`")
                return None
            return close.end()
        place = start + 1 if _TRIM.match(text, start) else start
        tokens: list[_Token] = []
        while True:
            close = _END.match(text, place)
            if close:
                self.statement(tokens)
                return close.end()
            token = _TOKEN.match(text, place)
            if token is None:
                self.lost(text[place : place + 1])
                return None
            if token.lastgroup:
                tokens.append(_Token(token.lastgroup, token.group()))
            place = token.end()

    def lost(self, character: str) -> None:
        if not character:
            self.fault("`{{` is not closed by `}}`")
        else:
            self.fault(f"`{character}` is not expected in a template's action")

    def statement(self, tokens: list[_Token]) -> None:
        if not tokens:
            self.fault("`{{ }}` is empty")
            return
        word = tokens[0].text if tokens[0].kind == "word" else ""
        if word in _OPENING:
            self.expressions(tokens[1:], asks=word in {"if", "with"})
            self.blocks.append(word)
        elif word == "else":
            self.alternative(tokens[1:])
        elif word == "end":
            if not self.blocks:
                self.fault("`{{ end }}` closes nothing")
            else:
                self.blocks.pop()
        elif word == "template":
            self.expressions(tokens[2:], asks=False)
        else:
            self.expressions(tokens, asks=False)

    def alternative(self, rest: list[_Token]) -> None:
        if not self.blocks:
            self.fault("`{{ else }}` belongs to no `{{ if }}`")
        elif rest and rest[0].text != self.blocks[-1]:
            self.fault(f"`else {rest[0].text}` does not continue `{self.blocks[-1]}`")
        elif rest:
            self.expressions(rest[1:], asks=True)

    def expressions(self, tokens: list[_Token], *, asks: bool) -> None:
        depth = 0
        for number, token in enumerate(tokens):
            if token.text == "(":
                depth += 1
            elif token.text == ")":
                depth -= 1
            following = [one.text for one in tokens[number + 1 : number + 2]]
            if token.kind == "variable":
                self.variable(token.text, declared=following in ([":="], [","]), asks=asks)
            elif token.kind == "field" and not (number and tokens[number - 1].text == ")"):
                self.dotted(token.text, asks=asks)
            elif token.kind == "word":
                self.word(token.text)
        self.indexed(tokens, asks=asks)
        if depth:
            self.fault("the parentheses do not match")

    def variable(self, text: str, *, declared: bool, asks: bool) -> None:
        name, *fields = text.split(".")
        if declared:
            self.variables.add(name)
        elif name not in self.variables:
            self.fault(f"the variable `{name}` is not defined")
        elif name == "$labels" and fields:
            self.reads(fields[0], asks=asks)
        elif name == "$value":
            self.found.value = True
        elif name == "$" and fields:
            self.root(fields, asks=asks)

    def dotted(self, text: str, *, asks: bool) -> None:
        if not any(block in _DOTTED for block in self.blocks):
            self.root(text.split(".")[1:], asks=asks)

    def root(self, fields: list[str], *, asks: bool) -> None:
        if fields[0] == "Labels" and len(fields) > 1:
            self.reads(fields[1], asks=asks)
        elif fields[0] == "Value":
            self.found.value = True
        elif fields[0] not in {"Labels", "ExternalLabels", "ExternalURL"}:
            self.fault(f"`.{fields[0]}` is not known here; Prometheus has .Labels and .Value")

    def word(self, text: str) -> None:
        if text not in FUNCTIONS and text not in _KEYWORDS:
            self.fault(f"the function `{text}` is not defined")

    def indexed(self, tokens: list[_Token], *, asks: bool) -> None:
        """`index $labels "name"` reads a label too."""
        for one, two, three in zip(tokens, tokens[1:], tokens[2:], strict=False):
            of_labels = two.text in {"$labels", ".Labels", "$.Labels"}
            if one.text == "index" and of_labels and three.kind == "text":
                self.reads(three.text[1:-1], asks=asks)

    def reads(self, label: str, *, asks: bool) -> None:
        (self.found.asked if asks else self.found.labels).add(label)


def label_reads(texts: Iterator[str]) -> frozenset[str]:
    """The labels that templates read without asking for them first, all together."""
    return frozenset().union(*(template(text).labels for text in texts))
