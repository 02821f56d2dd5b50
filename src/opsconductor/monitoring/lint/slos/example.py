"""The SLO that the findings are shown by: right as it stands, and wrong after one change."""

from opsconductor.monitoring.lint.finding import Example

TEXT = """\
apiVersion: openslo/v1
kind: SLO
metadata:
  name: pipeline-answers
spec:
  description: Sentences are answered.
  service: ai-pipeline
  indicatorRef: pipeline-answers
  timeWindow:
    - duration: 7d
      isRolling: true
  budgetingMethod: Occurrences
  objectives:
    - target: 0.99
---
apiVersion: openslo/v1
kind: SLI
metadata:
  name: pipeline-answers
spec:
  ratioMetric:
    counter: true
    bad:
      metricSource:
        type: Prometheus
        spec:
          query: pipeline_requests_total{status="error"}
    total:
      metricSource:
        type: Prometheus
        spec:
          query: pipeline_requests_total
"""
GOOD = Example(TEXT, "openslo")


def changed(old: str, new: str) -> Example:
    """The example with one thing made wrong."""
    if TEXT.count(old) != 1:
        raise ValueError(f"{old!r} stands {TEXT.count(old)} times in the example")
    return Example(TEXT.replace(old, new), "openslo")
