"""Lint: rules, dashboards and SLOs held against the metrics that exist. No input or output."""
