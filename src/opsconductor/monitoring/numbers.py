"""Figures as PromQL and sentences write them."""


def number(value: float) -> str:
    """`value` without a trailing `.0` and without float noise."""
    return f"{value:.10g}"


def percent(share: float) -> str:
    """`share` for a sentence: 0.05 is `5 %`."""
    return f"{share * 100:.4g} %"
