"""The HTTP endpoints of automation-service."""
