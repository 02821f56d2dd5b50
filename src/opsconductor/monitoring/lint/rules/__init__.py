"""Checks of Prometheus rules and their files, one module for each thing that can be wrong."""
