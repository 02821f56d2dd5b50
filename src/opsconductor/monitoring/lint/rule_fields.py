"""Fields of a rule file: known or not, of the right type or a finding."""

import re
from dataclasses import dataclass, field

from opsconductor.monitoring.durations import seconds_of
from opsconductor.monitoring.lint.finding import Finding, Kind, Position
from opsconductor.monitoring.lint.reading_kinds import DUPLICATE_KEY, INVALID_RULE, UNKNOWN_FIELD
from opsconductor.monitoring.lint.rule_file import Text
from opsconductor.monitoring.lint.source import shortened
from opsconductor.monitoring.lint.yaml_tree import Mapping, Node, Scalar, Sequence, pairs

_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


@dataclass(slots=True)
class FieldReader:
    """Reads the fields of one file and keeps what is wrong with them."""

    file: str
    findings: list[Finding] = field(default_factory=list)

    def report(self, kind: Kind, line: int, subject: str, explanation: str) -> None:
        """Keep a finding."""
        self.findings.append(
            Finding(
                kind=kind,
                position=Position(self.file, line),
                subject=subject,
                explanation=explanation,
            )
        )

    def fields(self, node: Mapping, known: frozenset[str], subject: str) -> dict[str, Node]:
        """The known fields that have a value; the others are findings."""
        found: dict[str, Node] = {}
        lines: dict[str, int] = {}
        for key, value in pairs(node):
            line = key.line
            if key.value in lines:
                said = (
                    f"`{shortened(key.value)}` already stands on line {lines[key.value]}; "
                    "Prometheus refuses the file."
                )
                self.report(DUPLICATE_KEY, line, subject, said)
                continue
            lines[key.value] = line
            if key.value not in known:
                said = (
                    f"`{shortened(key.value)}` is not a field here (known are "
                    f"{', '.join(sorted(known))}); Prometheus refuses the file."
                )
                self.report(UNKNOWN_FIELD, line, subject, said)
            elif not (isinstance(value, Scalar) and value.null):
                found[key.value] = value
        return found

    def items(self, node: Node | None, what: str) -> list[Node]:
        """The items of a list; nothing and a finding where it is none."""
        if node is None:
            return []
        if not isinstance(node, Sequence):
            said = f"`{what}` is {described(node)}, no list."
            self.report(INVALID_RULE, node.line, what, said)
            return []
        return node.items

    def text(self, node: Node | None, what: str) -> Text | None:
        """The text of a scalar; None and a finding where it is none."""
        if node is None:
            return None
        if not isinstance(node, Scalar):
            self.report(INVALID_RULE, node.line, what, f"The value is {described(node)}, no text.")
            return None
        return Text(node.value, Position(self.file, node.line, node.column))

    def texts(self, node: Node | None, what: str, *, label: bool) -> dict[str, Text]:
        """Names and texts, as labels and annotations have them."""
        if node is None:
            return {}
        if not isinstance(node, Mapping):
            self.report(
                INVALID_RULE, node.line, what, f"The value is {described(node)}, no mapping."
            )
            return {}
        found: dict[str, Text] = {}
        for key, value in pairs(node):
            if key.value in found:
                said = f"`{shortened(key.value)}` stands here twice; Prometheus refuses the file."
                self.report(DUPLICATE_KEY, key.line, what, said)
                continue
            if not _LABEL.fullmatch(key.value) or (label and key.value == "__name__"):
                said = f"`{shortened(key.value)}` is no valid name; Prometheus refuses the file."
                self.report(INVALID_RULE, key.line, what, said)
            text = self.text(value, f"{what}: {key.value}")
            if text is not None:
                null = isinstance(value, Scalar) and value.null
                found[key.value] = Text("", text.position) if null else text
        return found

    def duration(self, node: Node | None, what: str) -> tuple[Text | None, float | None]:
        """A duration as it is written and in seconds."""
        text = self.text(node, what)
        if text is None:
            return None, None
        try:
            return text, seconds_of(text.value)
        except ValueError:
            said = (
                f"`{shortened(text.value)}` is no duration, which is written as 30s, 5m or 1h30m; "
                "Prometheus refuses the file."
            )
            self.report(INVALID_RULE, text.position.line, what, said)
            return text, None

    def limit(self, node: Node | None, subject: str) -> None:
        """Check a group's limit, a whole number."""
        text = self.text(node, f"{subject}: limit")
        if text is not None and not re.fullmatch(r"[+-]?\d+", text.value, re.ASCII):
            said = f"`{shortened(text.value)}` is no whole number."
            self.report(INVALID_RULE, text.position.line, f"{subject}: limit", said)


def described(node: Node) -> str:
    """What a node is, for a message."""
    match node:
        case Scalar():
            return f"the text `{shortened(node.value)}`"
        case Sequence():
            return "a list"
        case Mapping():
            return "a mapping"
