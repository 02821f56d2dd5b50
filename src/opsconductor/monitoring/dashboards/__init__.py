"""Dashboards as code: contract and objectives in, JSON for Grafana and the console out."""

from opsconductor.monitoring.dashboards.rendering import dashboards as dashboards
