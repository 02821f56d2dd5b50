"""The web console: dashboards, alerts, executions, inbox and runbooks, behind a login."""
