"""An alert that has everything, and ways to take something away, for the kinds' examples."""

from opsconductor.monitoring.lint.finding import Example

COMPLETE = """\
groups:
- name: example
  interval: 30s
  rules:
  - alert: DiskNearlyFull
    expr: min by (path) (stack_disk_free_ratio) < 0.1
    for: 5m
    labels:
      severity: warning
    annotations:
      summary: The disk of {{ $labels.path }} is nearly full
      description: "{{ $value | humanizePercentage }} of {{ $labels.path }} is free."
      runbook_url: http://127.0.0.1:3001/runbooks/DiskNearlyFull
"""

GOOD = Example(COMPLETE)


def changed(old: str, new: str = "") -> Example:
    """The complete alert with one passage replaced. Raises `ValueError` where it is not there."""
    if COMPLETE.count(old) != 1:
        raise ValueError(f"the example has {old!r} not once")
    return Example(COMPLETE.replace(old, new))
