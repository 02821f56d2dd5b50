"""Checks of Grafana dashboards, one module for each thing that can be wrong."""
