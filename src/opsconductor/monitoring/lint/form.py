"""What a document is, told by its content."""

import json
from collections.abc import Iterator

from opsconductor.monitoring.lint.finding import Form, Position
from opsconductor.monitoring.lint.rule_reading import is_prometheus_rule
from opsconductor.monitoring.lint.source import UnreadableError, shortened
from opsconductor.monitoring.lint.yaml_tree import (
    Mapping,
    Node,
    Scalar,
    Tree,
    YamlError,
    get,
    pairs,
    yaml_tree,
)

_DASHBOARD = frozenset({"panels", "rows", "dashboard", "schemaVersion", "templating", "elements"})
"""Fields that only a Grafana dashboard, its export or its wrapper has."""
_TEMPLATE = ("{{-", "{{ .Values", "{{ include", "{%")


class OtherFormError(Exception):
    """The document is readable, but none that lint knows; the message says what it looks like."""


def form_of(file: str, text: str) -> tuple[Form, Tree | None]:
    """The document's form, and its tree where it is YAML.

    Raises `UnreadableError` for what can be no document of any form, and `OtherFormError` for a
    document of another kind.
    """
    if not text.strip():
        raise UnreadableError(Position(file, 1), "the file is empty")
    if text.lstrip().startswith("{"):
        form = _json_form(text)
        if form is not None:
            return form, None
    tree = _tree(file, text)
    if not tree.documents:
        raise UnreadableError(Position(file, 1), "the file holds comments and no document")
    return _yaml_form(tree), tree


def _json_form(text: str) -> Form | None:
    """A dashboard, by its fields where it is JSON and by its words where it is broken JSON."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return "dashboard" if any(f'"{word}"' in text for word in _DASHBOARD) else None
    fields = set(document)
    if isinstance(document.get("spec"), dict):
        fields |= set(document["spec"])
    return "dashboard" if fields & _DASHBOARD and "groups" not in fields else None


def _tree(file: str, text: str) -> Tree:
    try:
        return yaml_tree(text)
    except YamlError as error:
        lines = text.splitlines()
        near = lines[error.line - 1].strip() if 0 < error.line <= len(lines) else ""
        message = f"{error.message}, near `{shortened(near)}`" if near else error.message
        if near.startswith("{{") or any(mark in text for mark in _TEMPLATE):
            message += "; this looks like a template: lint what it renders"
        raise UnreadableError(Position(file, error.line, error.column), message) from None


def _yaml_form(tree: Tree) -> Form:
    forms = set(_forms(tree))
    if "openslo" in forms and "rules" in forms:
        raise OtherFormError("it mixes rules and OpenSLO documents; part them into two files")
    for form in forms:
        return form
    raise OtherFormError(f"it is {_looks_like(tree.documents[0])}")


def _forms(tree: Tree) -> Iterator[Form]:
    for number, document in enumerate(tree.documents):
        version = get(document, "apiVersion")
        if isinstance(version, Scalar) and version.value.startswith("openslo"):
            yield "openslo"
        elif is_prometheus_rule(document) or (number == 0 and _has_key(document, "groups")):
            yield "rules"


def _has_key(document: Node, key: str) -> bool:
    return isinstance(document, Mapping) and any(found.value == key for found, _ in pairs(document))


def _looks_like(document: Node) -> str:
    kind = get(document, "kind")
    if isinstance(kind, Scalar) and get(document, "apiVersion") is not None:
        return f"a Kubernetes {shortened(kind.value)}"
    if not isinstance(document, Mapping):
        return "no mapping"
    keys = [shortened(key.value) for key, _ in pairs(document)][:3]
    return f"a mapping of {', '.join(keys)}" if keys else "an empty mapping"
