"""Which series exist, with which labels and values: what expressions are held against."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Literal

Kind = Literal["counter", "gauge", "histogram", "summary", "info", "stateset", "unknown"]
Part = Literal["", "bucket", "sum", "count", "quantile"]
Computed = Literal["", "total", "rate", "ratio", "quantile", "other"]
"""What a recorded series holds: a sum of counters, events a second, a share of a whole, a quantile,
or something else; empty for a series that was scraped."""


@dataclass(frozen=True, slots=True)
class Values:
    """What a label may be: one of `known`, or anything where `known` is None.

    With `optional` some series lack the label, which PromQL reads as the empty value.
    """

    known: frozenset[str] | None = None
    optional: bool = False


ANY = Values()
BUILT_IN: Mapping[str, tuple[float, float]] = {
    "up": (0, 1),
    "ALERTS": (1, 1),
    "scrape_duration_seconds": (0, inf),
    "scrape_samples_scraped": (0, inf),
    "scrape_samples_post_metric_relabeling": (0, inf),
    "scrape_series_added": (0, inf),
}
"""Gauges that Prometheus makes itself and has no metadata of, with their bounds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One series name: a histogram has three, told apart by `part`.

    `labels` leaves out the name and, for buckets, holds `le`. With `open` further labels are
    possible, except those that it `lacks`. `bounds` are those of buckets as they are exposed,
    `+Inf` among them. `low`, `high` bound the values; `family` is the name that the `# TYPE` line
    bears.

    `seeded` says which series exist from the first scrape, before anything happened: for each of
    its labels these values, for a label that it leaves out every value in use. `None` promises
    nothing. `scrape_interval`, in seconds, is the distance of its samples where that is known; for
    a recorded series it is the distance of its evaluations.
    """

    name: str
    kind: Kind
    part: Part = ""
    family: str = ""
    labels: Mapping[str, Values] = field(default_factory=dict)
    open: bool = False
    lacks: frozenset[str] = frozenset()
    bounds: tuple[str, ...] = ()
    low: float = float("-inf")
    high: float = float("inf")
    optional: bool = False
    """An ordinary system may lack it altogether."""
    seeded: Mapping[str, frozenset[str]] | None = None
    computed: Computed = ""
    nan: bool = False
    """Its samples are NaN in a healthy system at times, as a quotient without traffic is."""
    guarded: bool = False
    """A ratio of it needs no guard against low traffic: it counts at a fixed rhythm, or the rule
    that records the ratio has the guard."""
    scrape_interval: float | None = None

    def may_have(self, label: str) -> bool:
        """Whether any of its series may have the label."""
        values = self.labels.get(label)
        if values is None:
            return self.open and label not in self.lacks
        return values.known is None or bool(values.known)


@dataclass(frozen=True, slots=True)
class Schema:
    """Every series name that is known.

    With `complete` a name that is not among `metrics` does not exist; otherwise nothing can be
    said of it. `scrape_interval`, in seconds, holds for metrics that have none of their own.
    `source` says where this is known from, for messages: `the contract`, `metrics.txt`,
    `Prometheus at http://…`. `recorded` names the series that records an expression, by the
    expression's normal form. With `observed` the label values are those that were seen, and
    others may come: a status code that has not occurred yet is no mistake.
    """

    metrics: Mapping[str, Metric]
    source: str
    complete: bool = True
    scrape_interval: float = 15
    recorded: Mapping[str, str] = field(default_factory=dict)
    observed: bool = False
