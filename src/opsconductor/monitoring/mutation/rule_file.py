"""A rule file as values: its rules in order, each with a key that tells it from the others."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import promql_parser
import yaml

from opsconductor.monitoring.durations import duration
from opsconductor.monitoring.mutation.error import RuleFileError
from opsconductor.monitoring.mutation.tree import (
    ExpressionError,
    Node,
    Selector,
    nodes,
    parse,
    text,
)

SEVERITY = "severity"


@dataclass(frozen=True, kw_only=True)
class FileRule:
    """One rule: `alert` or `record` is its name, the other is empty; `hold` is its `for`."""

    key: str
    group: str
    alert: str = ""
    record: str = ""
    expression: Node
    hold: float = 0
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    line: int = 0

    @property
    def name(self) -> str:
        """What the rule is called."""
        return self.alert or self.record

    @cached_property
    def selectors(self) -> tuple[Selector, ...]:
        """The series that the expression selects."""
        return tuple(node for node in nodes(self.expression) if isinstance(node, Selector))

    def may_be_read_by(self, reader: "FileRule") -> bool:
        """Whether a selector of the reader may find what this rule records."""
        return bool(self.record) and any(self.may_give(each) for each in reader.selectors)

    def may_give(self, selector: Selector) -> bool:
        """Whether the selector may find it: none of the rule's own labels is against it."""
        return selector.name == self.record and all(
            each.label not in self.labels or each.matches(self.labels[each.label])
            for each in selector.matchers
        )

    def document(self) -> dict[str, Any]:
        """The rule as Prometheus reads it."""
        labels = {"labels": dict(self.labels)} if self.labels else {}
        if self.record:
            return {"record": self.record, "expr": text(self.expression), **labels}
        hold = {"for": duration(self.hold)} if self.hold else {}
        annotations = {"annotations": dict(self.annotations)} if self.annotations else {}
        expression = {"expr": text(self.expression)}
        return {"alert": self.alert, **expression, **hold, **labels, **annotations}


class _Loader(yaml.SafeLoader):
    """Keeps the line of each mapping under the key `_LINE`."""


_LINE = "\0line"


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    found = loader.construct_mapping(node, deep=True)
    return {**found, _LINE: node.start_mark.line + 1}


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def rules(source: str, name: str) -> tuple[FileRule, ...]:
    """The rules of a file's text. Raises `RuleFileError`."""
    try:
        found = yaml.load(source, _Loader)  # noqa: S506  a SafeLoader with line numbers
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "it cannot be read"
        raise RuleFileError(f"{name}{line}: no YAML: {problem}") from error
    groups = found.get("groups") if isinstance(found, dict) else None
    if not isinstance(groups, list) or not groups:
        raise RuleFileError(f"{name}:1: no rule file: it must have a list `groups` with a group")
    made = [_rule(name, group, rule) for group in groups for rule in _list(name, group, "rules")]
    if not made:
        raise RuleFileError(f"{name}:1: its groups hold no rule")
    return _told_apart(name, made)


def _list(name: str, group: Any, key: str) -> Sequence[Any]:
    found = group.get(key) if isinstance(group, dict) else None
    if not isinstance(found, list) or not isinstance(group.get("name"), str):
        line = group[_LINE] if isinstance(group, dict) else 1
        raise RuleFileError(f"{name}:{line}: a group must have a name and a list `{key}`")
    return found


def _rule(name: str, group: Mapping[str, Any], rule: Any) -> FileRule:
    line = rule[_LINE] if isinstance(rule, dict) else group[_LINE]
    if not isinstance(rule, dict) or ("alert" in rule) == ("record" in rule):
        raise RuleFileError(f"{name}:{line}: a rule must be either an `alert` or a `record`")
    called = str(rule.get("alert") or rule.get("record"))
    try:
        hold = str(rule.get("for") or "0s")
        return FileRule(
            key="",
            group=group["name"],
            alert=str(rule.get("alert", "")),
            record=str(rule.get("record", "")),
            expression=parse(str(rule.get("expr", ""))),
            hold=0 if hold in {"0", "0s"} else promql_parser.parse_duration(hold).total_seconds(),
            labels=_texts(rule.get("labels")),
            annotations=_texts(rule.get("annotations")),
            line=line,
        )
    except (ExpressionError, ValueError, AttributeError) as error:
        raise RuleFileError(f"{name}:{line}: {called}: {error}") from error


def _texts(found: Any) -> dict[str, str]:
    return {key: str(value) for key, value in (found or {}).items() if key != _LINE}


def _told_apart(name: str, made: Sequence[FileRule]) -> tuple[FileRule, ...]:
    """Every rule with its key; two that cannot be told apart are an error."""
    count = Counter(rule.name for rule in made)
    keyed = tuple(_keyed(rule, made) if count[rule.name] > 1 else _with(rule, "") for rule in made)
    seen: dict[str, FileRule] = {}
    for rule in keyed:
        if rule.key in seen:
            raise RuleFileError(
                f"{name}:{rule.line}: two rules of the name {rule.name} with the same labels; the "
                f"other is in line {seen[rule.key].line}. Rename one, or remove it"
            )
        seen[rule.key] = rule
    return keyed


def _keyed(rule: FileRule, made: Sequence[FileRule]) -> FileRule:
    """Named with the labels in which it differs from its namesakes."""
    namesakes = [each for each in made if each.name == rule.name]
    shown = []
    for label, value in sorted(rule.labels.items()):
        if label == SEVERITY or all(each.labels.get(label) == value for each in namesakes):
            continue
        shown.append(label if "{{" in value else f"{label}={value}")
    return _with(rule, f"{{{', '.join(shown)}}}" if shown else "")


def _with(rule: FileRule, suffix: str) -> FileRule:
    return replace(rule, key=f"{rule.name}{suffix}")


Recorders = Mapping[str, Sequence[FileRule]]
"""By the name of a recorded series, the rules that record it."""


def recorders(rules: Iterable[FileRule]) -> Recorders:
    """Who records what."""
    found: dict[str, list[FileRule]] = {}
    for rule in rules:
        if rule.record:
            found.setdefault(rule.record, []).append(rule)
    return found


def read_by(reader: FileRule, known: Recorders) -> Iterator[FileRule]:
    """The rules whose recorded series the reader may read, some more than once."""
    for selector in reader.selectors:
        for rule in known.get(selector.name, ()):
            if rule.may_give(selector):
                yield rule


def behind(wanted: Iterable[FileRule], every: Sequence[FileRule]) -> tuple[FileRule, ...]:
    """The wanted rules and all whose recorded series they may read, directly or not, in order."""
    known = recorders(every)
    found = {rule.key: rule for rule in wanted}
    open_ = list(found.values())
    while open_:
        for rule in read_by(open_.pop(), known):
            if rule.key not in found:
                found[rule.key] = rule
                open_.append(rule)
    return tuple(rule for rule in every if rule.key in found)


def touched(
    changed: FileRule, original: FileRule, among: Sequence[FileRule]
) -> tuple[FileRule, ...]:
    """The rules that behave otherwise, or must stand beside the changed one for those that do.

    A rule is touched if it may read what the original or the changed rule records, directly or
    not. It reads from copies then, so that whatever else it reads under the same names has to be
    there as a copy, too.
    """
    if not changed.record:
        return ()
    found: dict[str, FileRule] = {}
    open_ = [changed, original]
    while open_:
        one = open_.pop()
        for rule in among:
            known = rule.key in found or rule.key == changed.key
            if not known and (one.may_be_read_by(rule)):
                found[rule.key] = rule
                open_.append(rule)
    names = {changed.record} | {rule.record for rule in found.values() if rule.record}
    beside = [
        rule
        for rule in among
        if rule.record in names
        and rule.key not in found
        and rule.key != changed.key
        and any(rule.may_be_read_by(reader) for reader in (changed, *found.values()))
    ]
    kept = {*found, *(rule.key for rule in beside)}
    return tuple(rule for rule in among if rule.key in kept)
