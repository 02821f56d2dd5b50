"""Typed HTTP clients of the services, of Prometheus and of Alertmanager."""
