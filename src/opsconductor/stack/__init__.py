"""Runs the system on one machine: obtains programs, starts, watches and stops processes."""
