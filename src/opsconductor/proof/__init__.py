"""Runs what `monitoring` makes in the real programs, and measures what comes of it."""
