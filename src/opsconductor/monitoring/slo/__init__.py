"""OpenSLO v1 documents become recording rules and burn-rate alerts. No input or output.

`documents` reads texts, `references` joins what names each other, `compiler` makes the rules.
"""
