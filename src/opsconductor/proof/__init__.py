"""Runs what monitoring makes: promtool, amtool, backfill, drills."""
