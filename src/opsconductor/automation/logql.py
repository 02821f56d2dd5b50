"""The part of LogQL that the executions answer: a stream selector, then at most `| json`.

Nothing of a caller's pattern reaches a regular expression engine: patterns are alternatives of
literal text and wildcards, which is what dashboards' variables make, matched in linear time.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

LABELS = ("service", "status", "tool")
MAX_QUERY = 1000

_SELECTOR = re.compile(
    r"\s*\{(?P<matchers>(?:[^\"`{}]|\"(?:[^\"\\]|\\.)*\"|`[^`]*`)*)\}(?P<rest>.*)", re.DOTALL
)
_MATCHER = re.compile(
    r"\s*(?P<label>[A-Za-z_][A-Za-z0-9_]*)\s*(?P<operator>=~|!~|!=|=)\s*"
    r"(?P<value>\"(?:[^\"\\]|\\.)*\"|`[^`]*`)\s*(?:,|$)"
)
_JSON_STAGE = re.compile(r"\s*(\|\s*json\s*)?")
_ANY_RUN, _ANY_ONE = "run", "one"


class LogQLError(ValueError):
    """The query is not one that is answered; the text says which are."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what}; this API answers a stream selector over {', '.join(LABELS)} with =, !=, =~ "
            'or !~, such as {service="automation-service",status="error"}, then at most | json'
        )


@dataclass(frozen=True, slots=True)
class Matcher:
    """One condition on a label."""

    label: str
    accepts: Callable[[str], bool]


def parse(query: str) -> list[Matcher]:
    """The conditions of a query. Raises `LogQLError`."""
    if len(query) > MAX_QUERY:
        raise LogQLError(f"the query is longer than {MAX_QUERY} characters")
    whole = _SELECTOR.fullmatch(query)
    if whole is None:
        raise LogQLError("the query does not begin with a stream selector in braces")
    if not _JSON_STAGE.fullmatch(whole["rest"]):
        raise LogQLError(f"{whole['rest'].strip()[:60]!r} after the stream selector is not known")
    matchers, at = [], 0
    text = whole["matchers"].strip()
    while at < len(text):
        found = _MATCHER.match(text, at)
        if found is None:
            raise LogQLError(f"{text[at : at + 60]!r} is not a label matcher")
        matchers.append(_matcher(found["label"], found["operator"], _unquoted(found["value"])))
        at = found.end()
    if all(matcher.accepts("") for matcher in matchers):
        raise LogQLError("at least one matcher must not accept an empty value")
    return matchers


def selects(matchers: Sequence[Matcher], labels: Mapping[str, str]) -> bool:
    """Whether a stream with these labels is selected."""
    return all(matcher.accepts(labels[matcher.label]) for matcher in matchers)


def _matcher(label: str, operator: str, value: str) -> Matcher:
    if label not in LABELS:
        raise LogQLError(f"there is no label {label!r}")
    equal = _alternatives(value) if operator.endswith("~") else value.__eq__
    if operator.startswith("!"):
        return Matcher(label, lambda actual: not equal(actual))
    return Matcher(label, equal)


def _unquoted(literal: str) -> str:
    inner = literal[1:-1]
    return inner if literal[0] == "`" else re.sub(r"\\(.)", r"\1", inner, flags=re.DOTALL)


def _alternatives(pattern: str) -> Callable[[str], bool]:
    grouped = re.fullmatch(r"\^?\((?:\?:)?([^()]*)\)\$?", pattern)
    inner = grouped[1] if grouped else pattern.removeprefix("^").removesuffix("$")
    globs = [_tokens(alternative) for alternative in inner.split("|")]
    return lambda actual: any(_matches(glob, actual) for glob in globs)


def _tokens(pattern: str) -> list[str]:
    """The pattern as single characters and wildcards."""
    tokens: list[str] = []
    at = 0
    while at < len(pattern):
        char, after = pattern[at], pattern[at + 1 : at + 2]
        if char == "\\" and after and not after.isalnum():
            tokens.append(after)
            at += 2
        elif char == "." and after in {"*", "+"}:
            tokens.extend([_ANY_ONE] if after == "+" else [])
            tokens.append(_ANY_RUN)
            at += 2
        elif char == ".":
            tokens.append(_ANY_ONE)
            at += 1
        elif char in "\\*+?()[]{}^$":
            raise LogQLError(f"{char!r} is not supported in a pattern; use text, | and .*")
        else:
            tokens.append(char)
            at += 1
    return tokens


def _matches(glob: Sequence[str], text: str) -> bool:
    """Whether the wildcard pattern matches the whole text; backtracks to the last run only."""
    at = position = 0
    run = mark = -1
    while position < len(text):
        if at < len(glob) and glob[at] in {_ANY_ONE, text[position]}:
            at, position = at + 1, position + 1
        elif at < len(glob) and glob[at] == _ANY_RUN:
            run, mark = at, position
            at += 1
        elif run >= 0:
            mark += 1
            at, position = run + 1, mark
        else:
            return False
    return all(token == _ANY_RUN for token in glob[at:])
