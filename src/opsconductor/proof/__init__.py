"""Runs what monitoring makes against the real programs."""
