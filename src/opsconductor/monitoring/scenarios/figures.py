"""Numbers as an alert's sentences show them to a person."""

MINUTE, HOUR, DAY = 60, 3600, 86_400


def number(value: float) -> str:
    """A limit: no trailing zeros."""
    return f"{value:.10g}"


def share(value: float) -> str:
    """A limit that is a share: 0.05 is `5 %`."""
    return f"{value * 100:.4g} %"


def humanized_share(value: float) -> str:
    """A measured share as Prometheus's `humanizePercentage` prints it."""
    return f"{value * 100:.4g}%"


def humanized_seconds(value: float) -> str:
    """A measured duration as Prometheus's `humanizeDuration` prints it, up to days."""
    if value < 1:
        return f"{value * 1000:.4g}ms" if value else "0s"
    if value < MINUTE:
        return f"{value:.4g}s"
    whole = int(value)
    parts = ((whole // DAY, "d"), (whole % DAY // HOUR, "h"), (whole % HOUR // MINUTE, "m"))
    shown = [(amount, unit) for amount, unit in parts]
    while shown and not shown[0][0]:
        shown = shown[1:]
    return " ".join([*(f"{amount}{unit}" for amount, unit in shown), f"{whole % MINUTE}s"])


def window(seconds: float) -> str:
    """A window or hold: `5m`, `1h`, `3d`."""
    for size, unit in ((DAY, "d"), (HOUR, "h"), (MINUTE, "m")):
        if seconds % size == 0:
            return f"{seconds // size:.0f}{unit}"
    return f"{seconds:g}s"
