"""What OpenSLO allows and still cannot work: targets, windows, tiers, indicators."""

from opsconductor.monitoring.lint.finding import Kind, Level
from opsconductor.monitoring.lint.slos.example import GOOD, changed
from opsconductor.monitoring.slo import problem

OBJECTIVE = Kind(
    id=problem.OBJECTIVE,
    title="A target that promises nothing, or everything",
    level=Level.ERROR,
    why=(
        "A target of 1 leaves no error budget, so that every burn rate is a division by zero; one "
        "of 0 allows every error. 99 is a percentage and belongs into targetPercent."
    ),
    remedy="Give target between 0 and 1, or targetPercent between 0 and 100, the ends left out.",
    bad=changed("target: 0.99", "target: 99"),
    good=GOOD,
)
RETENTION = Kind(
    id=problem.RETENTION,
    title="A window that is longer than samples are kept",
    level=Level.ERROR,
    why=(
        "The older part of the window is gone: the budget of a month told from fifteen days is a "
        "figure that nobody promised, and looks like one that somebody did."
    ),
    remedy=(
        "Keep samples longer, shorten the window, or write the annotation "
        "opsconductor.io/budget-over: retention."
    ),
    bad=changed("duration: 7d", "duration: 90d"),
    good=GOOD,
)
PROMQL = Kind(
    id=problem.PROMQL,
    title="An indicator whose query cannot be compiled",
    level=Level.ERROR,
    why=(
        "Prometheus refuses a rule file with one broken expression as a whole; and a query with a "
        "window of its own would be the same over every window of the burn rate."
    ),
    remedy="Name the counters, or write $window where the range belongs.",
    bad=changed('total{status="error"}', 'total{status="error"'),
    good=GOOD,
)
INDICATOR = Kind(
    id=problem.INDICATOR,
    title="An indicator that is not whole",
    level=Level.ERROR,
    why="A ratio without its total, or with both good and bad, does not say what is measured.",
    remedy="Give good or bad, and total; or raw with rawType; or a threshold with op and value.",
    bad=changed("    total:\n", "    good:\n"),
    good=GOOD,
)
SOURCE = Kind(
    id=problem.SOURCE,
    title="An indicator of another system than Prometheus",
    level=Level.ERROR,
    why="The query is in another language, and its data is somewhere else.",
    remedy="Give a metricSource of type Prometheus with PromQL in spec.query.",
    bad=changed(
        "    total:\n      metricSource:\n        type: Prometheus\n",
        "    total:\n      metricSource:\n        type: Datadog\n",
    ),
    good=GOOD,
)
UNFIRABLE = Kind(
    id=problem.UNFIRABLE,
    title="A burn-rate tier of an SLO that can never fire",
    level=Level.ERROR,
    why=(
        "The burn rate is the error ratio divided by the budget, and no ratio is above 1. A tier "
        "of 14.4 with a target of 90 % waits for an error ratio of 1.44: it looks like an alert "
        "and stays silent in a total outage."
    ),
    remedy="Raise the target, or give tiers that can be reached by opsconductor.io/burn-tiers.",
    bad=changed("target: 0.99", "target: 0.5"),
    good=GOOD,
)

KINDS = (OBJECTIVE, RETENTION, PROMQL, INDICATOR, SOURCE, UNFIRABLE)
