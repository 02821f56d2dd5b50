"""Small dashboards for the pages of findings: one panel that is as it should be, and changes."""

import json
from typing import Any

from opsconductor.monitoring.lint.finding import Example

Fields = dict[str, Any]
EXPRESSION = "sum by (status) (rate(ai_requests_total[$__rate_interval]))"
CHOICE: Fields = {"type": "prometheus", "uid": "${datasource}"}
SOURCES: Fields = {"type": "datasource", "name": "datasource", "query": "prometheus"}


def target(**changes: Any) -> Fields:
    """A query with a data source variable; None takes a field away."""
    return _changed({"refId": "A", "expr": EXPRESSION, "legendFormat": "{{status}}"}, changes)


def panel(**changes: Any) -> Fields:
    """A panel without a finding; None takes a field away."""
    usual = {
        "id": 1,
        "type": "timeseries",
        "title": "Request Rate",
        "description": "Requests that ended, each second, by outcome.",
        "datasource": CHOICE,
        "fieldConfig": {"defaults": {"unit": "reqps"}},
        "gridPos": {"x": 0, "y": 0, "w": 12, "h": 8},
        "targets": [target()],
    }
    return _changed(usual, changes)


def board(*panels: Fields, variables: tuple[Fields, ...] = (), **changes: Any) -> Fields:
    """A dashboard of these panels, or of the usual one."""
    usual = {
        "uid": "example",
        "title": "Example",
        "schemaVersion": 39,
        "templating": {"list": [SOURCES, *variables]},
        "panels": list(panels) or [panel()],
    }
    return _changed(usual, changes)


def example(document: Fields, beside: Fields | None = None) -> Example:
    """The document as the text of an example."""
    return Example(_text(document), "dashboard", "" if beside is None else _text(beside))


def _text(document: Fields) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _changed(usual: Fields, changes: Fields) -> Fields:
    return {key: value for key, value in (usual | changes).items() if value is not None}
