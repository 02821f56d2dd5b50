"""Prometheus rule files, as far as a backtest needs them: what is evaluated, and how often."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import promql_parser
import yaml

from opsconductor.monitoring.backtest.error import BacktestError

Milliseconds = int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. `hold` is its `for`, `keep` its `keep_firing_for`, both in milliseconds.

    `labels` are those that the rule adds, templates unexpanded; `line` counts from 1.
    """

    kind: Literal["alert", "record"]
    name: str
    expr: str
    labels: Mapping[str, str]
    hold: Milliseconds = 0
    keep: Milliseconds = 0
    group: str
    interval: Milliseconds
    file: str
    line: int

    @property
    def place(self) -> str:
        """`file:line`, as compilers write it."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """Rules that are evaluated in order, every `interval` milliseconds."""

    file: str
    name: str
    interval: Milliseconds
    rules: tuple[Rule, ...]


def rule_groups(text: str, file: str, default_interval: Milliseconds) -> tuple[RuleGroup, ...]:
    """The groups of a rule file. Raises `BacktestError` with the file and line.

    Whether Prometheus accepts the rules is promtool's to say; this only reads their shape.
    """
    try:
        document = yaml.safe_load(text)
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise BacktestError(f"{file}:{line}: not YAML: {error.problem}") from None
    except yaml.YAMLError as error:
        raise BacktestError(f"{file}: not YAML: {error}") from None
    if not isinstance(document, dict) or not isinstance(document.get("groups"), list):
        raise BacktestError(f"{file}:1: no rule file: it has no list `groups`")
    nodes = child(tree, "groups").value
    groups = tuple(
        _group(group, node, file, default_interval)
        for group, node in zip(document["groups"], nodes, strict=True)
    )
    if not any(group.rules for group in groups):
        raise BacktestError(f"{file}:1: the file holds no rule")
    return groups


def milliseconds(text: object, where: str) -> Milliseconds:
    """A Prometheus duration such as `1h30m`. Raises `BacktestError`."""
    if text in {"0s", "0", 0}:
        return 0
    try:
        length = promql_parser.parse_duration(str(text))
    except ValueError as error:
        raise BacktestError(f"{where}: `{text}` is no duration: {error}") from None
    return round(length.total_seconds() * 1000)


def _group(group: Any, node: Any, file: str, default_interval: Milliseconds) -> RuleGroup:
    where = f"{file}:{node.start_mark.line + 1}"
    if not isinstance(group, dict) or not isinstance(group.get("name"), str):
        raise BacktestError(f"{where}: a group without a name")
    given = group.get("interval")
    interval = default_interval if given is None else milliseconds(given, where)
    if interval <= 0:
        raise BacktestError(f"{where}: the group's interval must be above 0")
    rules = group.get("rules") or []
    if not isinstance(rules, list):
        raise BacktestError(f"{where}: `rules` of {group['name']} is no list")
    lines = [one.start_mark.line + 1 for one in child(node, "rules").value] if rules else []
    return RuleGroup(
        file,
        group["name"],
        interval,
        tuple(
            _rule(rule, group["name"], interval, file, line)
            for rule, line in zip(rules, lines, strict=True)
        ),
    )


def _rule(rule: Any, group: str, interval: Milliseconds, file: str, line: int) -> Rule:
    where = f"{file}:{line}"
    if not isinstance(rule, dict):
        raise BacktestError(f"{where}: a rule is a mapping")
    kinds = [kind for kind in ("alert", "record") if kind in rule]
    if len(kinds) != 1 or "expr" not in rule:
        raise BacktestError(f"{where}: a rule has `expr` and either `alert` or `record`")
    kind: Literal["alert", "record"] = "alert" if kinds == ["alert"] else "record"
    labels = rule.get("labels") or {}
    return Rule(
        kind=kind,
        name=str(rule[kind]),
        expr=str(rule["expr"]),
        labels={str(key): str(value) for key, value in labels.items()},
        hold=milliseconds(rule.get("for", "0s"), where),
        keep=milliseconds(rule.get("keep_firing_for", "0s"), where),
        group=group,
        interval=interval,
        file=file,
        line=line,
    )


def child(node: Any, key: str) -> Any:
    """The node of a key of a mapping's node, which has it."""
    pairs: Iterator[tuple[Any, Any]] = iter(node.value)
    return next(value for name, value in pairs if name.value == key)
