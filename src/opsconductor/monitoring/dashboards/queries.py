"""The PromQL behind the panels, named through the contract.

`$__rate_interval` covers at least four scrapes at any zoom. What an alert judges is not here: such
a panel takes the alert's own signal, so that a line over the limit means what the alert means.
"""

from grafana_foundation_sdk.builders import prometheus
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from opsconductor.contract import Family
from opsconductor.contract.families import SELECTOR_REQUESTS
from opsconductor.monitoring.dashboards.frame import PROMETHEUS
from opsconductor.monitoring.rules.latency import quantile
from opsconductor.monitoring.rules.signal import matched

TOOL = 'tool=~"$tool"'
RATE_WINDOW = "$__rate_interval"


def query(
    expression: str, legend: str, ref_id: str = "A", *, exemplar: bool = False
) -> prometheus.Dataquery:
    """A range query; `exemplar` also asks for the exemplars of the series that it reads."""
    return (
        prometheus.Dataquery()
        .expr(expression)
        .legend_format(legend)
        .ref_id(ref_id)
        .datasource(PROMETHEUS)
        .range()
        .exemplar(exemplar)
    )


def latest(
    expression: str, legend: str, ref_id: str = "A", *, table: bool = False
) -> prometheus.Dataquery:
    """An instant query at the end of the time range, as one value or as a table's rows."""
    built = (
        prometheus.Dataquery()
        .expr(expression)
        .legend_format(legend)
        .ref_id(ref_id)
        .datasource(PROMETHEUS)
        .instant()
    )
    return built.format(PromQueryFormat.TABLE) if table else built


def rate_by(labels: str, series: str) -> str:
    """Events a second for each value of the labels."""
    return f"sum by ({labels}) (rate({series}[{RATE_WINDOW}]))"


def percentiles(family: Family, window: str, *matchers: str) -> dict[str, str]:
    """P50, P95 and P99 of the observations in the window, in seconds."""
    shares = {"P50": 0.5, "P95": 0.95, "P99": 0.99}
    return {name: quantile(share, family, window, *matchers) for name, share in shares.items()}


def quantile_by(labels: str, share: float, family: Family, *matchers: str) -> str:
    """The value that `share` of the observations stay below, for each value of the labels."""
    series = matched(family.bucket, *matchers)
    by = f"{labels}, le" if labels else "le"
    return f"histogram_quantile({share:g}, sum by ({by}) (rate({series}[{RATE_WINDOW}])))"


def cache_hit_ratio() -> str:
    """The share of searches, over the whole time range, that the cache answered.

    No value at all where nobody searched: a ratio of nothing is not 0.
    """
    hits = matched(SELECTOR_REQUESTS.name, 'source="cache"')
    return (
        f"sum(increase({hits}[$__range])) / (sum(increase({SELECTOR_REQUESTS.name}[$__range])) > 0)"
    )


def bucket_counts(family: Family, *matchers: str) -> str:
    """Observations in each histogram bucket since the point before, cumulative over `le`."""
    return f"sum by (le) (increase({matched(family.bucket, *matchers)}[{RATE_WINDOW}]))"
