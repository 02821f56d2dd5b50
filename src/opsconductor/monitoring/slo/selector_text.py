"""PromQL trees back to text, strings escaped as they have to be.

The parser prints what a string means and not how it is written: a backslash comes out single. So
strings go through printing as plain marks, and are put in afterwards.
"""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta

import promql_parser as promql

OPERATORS: Mapping[str, str] = {"Equal": "=", "NotEqual": "!=", "Re": "=~", "NotRe": "!~"}

Ranged = Callable[[str, str], str]
"""What becomes of a selector, given its text and its ` offset 5m` or nothing."""


class Printer:
    """Prints one tree; `selector` says what becomes of each selector, and `increase` is `rate`."""

    def __init__(self, selector: Ranged) -> None:
        self._selector = selector
        self._marks: dict[str, str] = {}

    def text(self, tree: promql.Expr) -> str:
        """The tree as PromQL."""
        printed = promql.transform(tree, post_visit=self._changed).prettify()
        for mark, string in self._marks.items():
            printed = printed.replace(f'"{mark}"', string)
        return printed

    def _changed(self, node: promql.Expr) -> promql.Expr | None:
        if isinstance(node, promql.StringLiteral):
            return promql.parse(f'"{self._mark(node.val)}"')
        if isinstance(node, promql.VectorSelector):
            return promql.parse(self._selector(self._bare(node), offset(node.offset)))
        if isinstance(node, promql.Call) and node.func.name == "increase":
            return promql.parse(f"rate({node.args[0]})")
        return None

    def _bare(self, node: promql.VectorSelector) -> str:
        matchers = [
            f'{one.name}{OPERATORS[_operator(one)]}"{self._mark(one.value)}"'
            for one in node.matchers.matchers
        ]
        return (node.name or "") + (f"{{{', '.join(matchers)}}}" if matchers else "")

    def _mark(self, string: str) -> str:
        if string in self._marks:
            return string
        mark = f"opsconductor-string-{len(self._marks)}-"
        self._marks[mark] = quoted(string)
        return mark


def quoted(string: str) -> str:
    """A string literal of PromQL."""
    return json.dumps(string, ensure_ascii=False)


def offset(span: timedelta | None) -> str:
    """` offset 5m`, or nothing."""
    if span is None:
        return ""
    sign = "-" if span < timedelta() else ""
    return f" offset {sign}{promql.display_duration(abs(span))}"


def _operator(matcher: promql.Matcher) -> str:
    return str(matcher.op).rpartition(".")[2]
