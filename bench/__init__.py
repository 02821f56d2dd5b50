"""Benchmarks: each measures its peers side by side in the same run, and reports ratios."""
