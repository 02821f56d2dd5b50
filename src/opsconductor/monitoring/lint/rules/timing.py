"""Rules that are evaluated too seldom for what they say."""

from collections.abc import Iterator

from opsconductor.monitoring.durations import duration
from opsconductor.monitoring.lint.finding import Example, Finding, Kind, Level
from opsconductor.monitoring.lint.rules.example import GOOD, changed
from opsconductor.monitoring.lint.rules.linted_rules import LintedRules

LOOKBACK_SECONDS = 300
"""How long Prometheus shows a sample after its time (`--query.lookback-delta`, its default)."""

SLOWER_THAN_FOR = Kind(
    id="interval-slower-than-for",
    title="A rule that is evaluated more seldom than its `for`",
    level=Level.WARNING,
    why=(
        "An alert fires at the first evaluation that is at least `for` after the one that found "
        "it. With 5 minutes between evaluations `for: 1m` waits 5 minutes, and a condition that "
        "came and went in between is taken to have lasted: the `for` says nothing."
    ),
    remedy="Evaluate the group at least as often as its shortest `for`, or lengthen the `for`.",
    bad=changed("  interval: 30s\n", "  interval: 10m\n"),
    good=GOOD,
)

SLOWER_THAN_LOOKBACK = Kind(
    id="interval-slower-than-lookback",
    title="A recorded series with gaps",
    level=Level.WARNING,
    why=(
        "Prometheus shows a sample for 5 minutes (`--query.lookback-delta`). A series that is "
        "recorded more seldom is absent in between: panels show gaps, and alerts on it resolve."
    ),
    remedy="Evaluate the group at least every 5 minutes.",
    bad=Example("""\
groups:
- name: example
  interval: 10m
  rules:
  - record: service:up:sum
    expr: sum by (service) (up)
"""),
    good=Example("""\
groups:
- name: example
  interval: 1m
  rules:
  - record: service:up:sum
    expr: sum by (service) (up)
"""),
)

KINDS: tuple[Kind, ...] = (SLOWER_THAN_FOR, SLOWER_THAN_LOOKBACK)


def check(linted: LintedRules) -> Iterator[Finding]:
    """Rules whose group's interval is known, and longer than what it has to serve."""
    for rule in linted.file.rules:
        interval = linted.context.interval if rule.interval is None else rule.interval
        if interval is None:
            continue
        waits = rule.kind == "alert" and rule.hold_seconds
        if rule.hold is not None and waits and interval > waits:
            yield Finding(
                kind=SLOWER_THAN_FOR,
                position=rule.hold.position,
                subject=rule.subject,
                explanation=(
                    f"The group is evaluated every {duration(interval)}, so `for: "
                    f"{rule.hold.value}` waits {duration(interval)} for the next evaluation."
                ),
            )
        if rule.kind == "record" and interval > LOOKBACK_SECONDS:
            yield Finding(
                kind=SLOWER_THAN_LOOKBACK,
                position=rule.position,
                subject=rule.subject,
                explanation=(
                    f"It is recorded every {duration(interval)}, but a sample is seen for "
                    f"{duration(LOOKBACK_SECONDS)} only."
                ),
            )
