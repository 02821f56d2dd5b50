"""What to do about an expression that the parser refuses, where its message tells enough."""

_BY_MESSAGE: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("'histogram_quantile'", "got matrix"),
        (
            "Take the rate of the buckets and add them up by their bound: "
            "`histogram_quantile(0.95, sum by (le) (rate(x_bucket[5m])))`."
        ),
    ),
    (
        ("expected type vector", "got matrix"),
        (
            "A range such as `[5m]` is read by a function: `rate(x[5m])`, `increase(x[5m])` or "
            "`avg_over_time(x[5m])`."
        ),
    ),
    (
        ("must contain only scalar and instant vector",),
        (
            "A range such as `[5m]` has to be read by a function before it is compared: "
            "`rate(x[5m]) > 1`."
        ),
    ),
    (
        ("expected type matrix", "got vector"),
        "Write the range into the innermost selector: `sum(rate(x[5m]))`, not `rate(sum(x))`.",
    ),
    (
        ("ranges only allowed for vector selectors",),
        (
            "Take the rate of each series first, `sum(rate(x[5m]))`; a range of an expression is a "
            "subquery, `max_over_time(sum(x)[1h:1m])`."
        ),
    ),
    (
        ("comparisons between scalars must use BOOL",),
        "Two numbers are compared with `bool`: `1 > bool 0`.",
    ),
    (
        ("in label matching, expected string",),
        'Put the value of a label into quotes: `{status="error"}`.',
    ),
)


def remedy(message: str) -> str:
    """What to write instead; empty where the parser's message does not tell."""
    for parts, advice in _BY_MESSAGE:
        if all(part in message for part in parts):
            return advice
    return ""
