"""Small rule files around one expression, for the kinds' examples."""

from opsconductor.monitoring.lint.finding import Example

_ALERT = """\
groups:
- name: example
  interval: 30s
  rules:
  - alert: {name}
    expr: {expression}
    for: 5m
    labels:
      severity: warning
    annotations:
      summary: '{summary}'
      description: The value is {{{{ $value }}}}.
      runbook_url: http://127.0.0.1:3001/runbooks/{name}
"""
_RECORD = """\
groups:
- name: example
  interval: 30s
  rules:
  - record: {name}
    expr: {expression}
"""


def alert(
    expression: str, summary: str = "Something is wrong", *, name: str = "DiskNearlyFull"
) -> Example:
    """An alert that has everything, with this expression."""
    scalar = _scalar(expression)
    return Example(_ALERT.format(expression=scalar, summary=summary, name=name))


def record(name: str, expression: str) -> Example:
    """A recording rule."""
    return Example(_RECORD.format(name=name, expression=_scalar(expression)))


def _scalar(expression: str) -> str:
    """The expression as a YAML block, so that nothing in it needs quoting."""
    indented = "\n".join(f"      {line}" for line in expression.splitlines())
    return f"|-\n{indented}"
