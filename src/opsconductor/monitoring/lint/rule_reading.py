"""A RuleFile from YAML text. What Prometheus would refuse is a finding; the rest is still read.

The rules of the format are those of Prometheus's package rulefmt: one document, no unknown fields,
`record` or `alert`, an expression, valid names and durations.
"""

import re
from collections.abc import Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass
from typing import Literal

from opsconductor.monitoring.lint.finding import Position
from opsconductor.monitoring.lint.reading_kinds import (
    IGNORED_DOCUMENT,
    INVALID_RULE,
)
from opsconductor.monitoring.lint.rule_fields import FieldReader, described
from opsconductor.monitoring.lint.rule_file import Group, Rule, RuleFile, Text
from opsconductor.monitoring.lint.source import UnreadableError, shortened
from opsconductor.monitoring.lint.yaml_tree import (
    Mapping,
    Node,
    Scalar,
    Tree,
    get,
    last_line,
)

KUBERNETES = "monitoring.coreos.com/"
TOP_FIELDS = frozenset({"groups"})
GROUP_FIELDS = frozenset({"name", "interval", "query_offset", "limit", "labels", "rules"})
RULE_FIELDS = frozenset(
    {"record", "alert", "expr", "for", "keep_firing_for", "labels", "annotations"}
)
ALERT_ONLY = ("for", "keep_firing_for", "annotations")
MAX_RULES = 100_000
"""More than any server evaluates; aliases could otherwise multiply a small file without end."""
_METRIC = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")


def rule_file(file: str, text: str, tree: Tree) -> RuleFile:
    """The rules of a file or of Kubernetes PrometheusRules. Raises `UnreadableError`."""
    reading = _Reading(file)
    groups: list[Group] = []
    kubernetes = any(is_prometheus_rule(document) for document in tree.documents)
    for number, document in enumerate(tree.documents):
        if is_prometheus_rule(document):
            spec = get(document, "spec")
            if spec is not None:
                groups += reading.groups(spec, "spec")
        elif kubernetes:
            continue  # manifests of other things
        elif number == 0:
            groups += reading.groups(document, "rule file")
        elif get(document, "groups") is not None:
            reading.report(
                IGNORED_DOCUMENT,
                document.line,
                "file",
                "Prometheus reads the first document of a rule file and ignores this one, so none "
                "of its rules is ever evaluated.",
            )
    return RuleFile(
        file=file,
        groups=tuple(groups),
        findings=tuple(reading.findings),
        text=text,
        read=reading.read,
    )


def is_prometheus_rule(document: Node) -> bool:
    """Whether a document is a Kubernetes PrometheusRule."""
    version, kind = get(document, "apiVersion"), get(document, "kind")
    return (
        isinstance(version, Scalar)
        and version.value.startswith(KUBERNETES)
        and isinstance(kind, Scalar)
        and kind.value == "PrometheusRule"
    )


@dataclass(slots=True)
class _Reading(FieldReader):
    read: int = 0

    def groups(self, node: Node, what: str) -> Iterator[Group]:
        if not isinstance(node, Mapping):
            self.report(
                INVALID_RULE, node.line, what, f"The {what} is {described(node)}, no mapping."
            )
            return
        fields = self.fields(node, TOP_FIELDS, what)
        names: dict[str, int] = {}
        for item in self.items(fields.get("groups"), "groups"):
            group = self.group(item)
            if group is None:
                continue
            first = names.setdefault(group.name.value, group.position.line)
            if first != group.position.line:
                self.report(
                    INVALID_RULE,
                    group.name.position.line,
                    f"group {group.name.value}",
                    f"The group's name is that of line {first}; Prometheus refuses the file.",
                )
            yield group

    def group(self, node: Node) -> Group | None:
        if not isinstance(node, Mapping):
            self.report(INVALID_RULE, node.line, "groups", f"A group is {described(node)}.")
            return None
        shown = get(node, "name")
        subject = f"group {shown.value}" if isinstance(shown, Scalar) else "group"
        fields = self.fields(node, GROUP_FIELDS, subject)
        name = self.text(fields.get("name"), f"{subject}: name")
        if name is None or not name.value:
            self.report(INVALID_RULE, node.line, subject, "The group has no name.")
            name = Text("", Position(self.file, node.line))
        interval, seconds = self.duration(fields.get("interval"), f"{subject}: interval")
        self.duration(fields.get("query_offset"), f"{subject}: query_offset")
        self.limit(fields.get("limit"), subject)
        labels = self.texts(fields.get("labels"), f"{subject}: labels", label=True)
        rules = []
        for item in self.items(fields.get("rules"), f"{subject}: rules"):
            rule = self.rule(item, name.value, seconds, labels)
            if rule is not None:
                rules.append(rule)
        return Group(
            name=name,
            interval=interval,
            interval_seconds=seconds,
            rules=tuple(rules),
            position=Position(self.file, node.line),
            last=last_line(node),
        )

    def rule(
        self, node: Node, group: str, interval: float | None, shared: Map[str, Text]
    ) -> Rule | None:
        self.read += 1
        if self.read > MAX_RULES:
            raise UnreadableError(
                Position(self.file, node.line), f"the file has more than {MAX_RULES} rules"
            )
        if not isinstance(node, Mapping):
            self.report(INVALID_RULE, node.line, f"group {group}", f"A rule is {described(node)}.")
            return None
        subject = _subject(node, group)
        fields = self.fields(node, RULE_FIELDS, subject)
        head = self.head(fields, node, subject)
        expr = self.text(fields.get("expr"), f"{subject}: expr")
        if expr is None or not expr.value.strip():
            self.report(INVALID_RULE, node.line, subject, "The rule has no expression (`expr`).")
        hold, seconds = self.duration(fields.get("for"), f"{subject}: for")
        self.duration(fields.get("keep_firing_for"), f"{subject}: keep_firing_for")
        labels = self.texts(fields.get("labels"), f"{subject}: labels", label=True)
        annotations = self.texts(fields.get("annotations"), f"{subject}: annotations", label=False)
        if head is None or expr is None or not expr.value.strip():
            return None
        kind, name = head
        return Rule(
            kind=kind,
            name=name,
            expr=expr,
            hold=hold,
            hold_seconds=seconds,
            labels={**shared, **labels},
            annotations=annotations,
            group=group,
            interval=interval,
            position=Position(self.file, node.line),
            last=last_line(node),
        )

    def head(
        self, fields: Map[str, Node], node: Mapping, subject: str
    ) -> tuple[Literal["alert", "record"], Text] | None:
        record = self.text(fields.get("record"), f"{subject}: record")
        alert = self.text(fields.get("alert"), f"{subject}: alert")
        if record is not None and alert is not None:
            said = "The rule has both `record` and `alert`; Prometheus refuses the file."
        elif record is None and alert is None:
            said = "The rule has neither `record` nor `alert`."
        elif alert is not None:
            return "alert", alert
        else:
            assert record is not None  # noqa: S101  one of the two is there
            self.recording(fields, record, subject)
            return "record", record
        self.report(INVALID_RULE, node.line, subject, said)
        return None

    def recording(self, fields: Map[str, Node], name: Text, subject: str) -> None:
        if not _METRIC.fullmatch(name.value):
            said = f"`{shortened(name.value)}` is no metric name; Prometheus refuses the file."
            self.report(INVALID_RULE, name.position.line, subject, said)
        for field_ in ALERT_ONLY:
            if field_ in fields:
                said = f"A recording rule has no `{field_}`; Prometheus refuses the file."
                self.report(INVALID_RULE, fields[field_].line, subject, said)


def _subject(node: Mapping, group: str) -> str:
    for kind in ("alert", "record"):
        name = get(node, kind)
        if isinstance(name, Scalar):
            return f"{kind} {shortened(name.value)}"
    return f"group {shortened(group)}"
