"""Complete rules around an expression, for the examples of the expression kinds."""

from opsconductor.monitoring.lint.finding import Example

_ALERT = """\
groups:
- name: example
  interval: 30s
  rules:
  - alert: {name}
    expr: |-
{expr}
    for: 5m
    labels:
      severity: warning
    annotations:
      summary: Too many tool runs fail
      description: More tool runs fail than the limit allows.
      runbook_url: http://127.0.0.1:3001/runbooks/{name}
"""
_RECORD = """\
groups:
- name: example
  interval: 30s
  rules:
  - record: {name}
    expr: |-
{expr}
"""


def alert(expr: str, name: str = "AIExecutionErrorRateHigh") -> Example:
    """An alert that lacks nothing, with this expression."""
    return Example(_ALERT.format(name=name, expr=_indented(expr)))


def record(name: str, expr: str) -> Example:
    """A recording rule."""
    return Example(_RECORD.format(name=name, expr=_indented(expr)))


def _indented(expr: str) -> str:
    return "\n".join(f"      {line}" for line in expr.strip().splitlines())
