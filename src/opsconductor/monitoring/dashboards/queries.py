"""The PromQL behind the panels, named through the contract.

`$__rate_interval` covers at least four scrapes at any zoom. Where a panel draws an alert's
threshold, the window is the alert's own: a line that crosses the threshold then means what the
alert means. `RARE` keeps a ratio at 0 while there is no traffic: the numerator is 0 as well.
"""

from grafana_foundation_sdk.builders import prometheus
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from opsconductor.contract import CALLER_REASONS, Family
from opsconductor.contract.families import (
    AI_REQUEST_ERRORS,
    AI_REQUESTS,
    SELECTOR_CACHE_EVICTIONS,
    SELECTOR_DB_ERRORS,
    SELECTOR_REQUESTS,
)
from opsconductor.monitoring.dashboards.frame import PROMETHEUS
from opsconductor.objectives import MINUTE

TOOL = 'tool=~"$tool"'
RARE = "1e-9"
_RATE_WINDOW = "$__rate_interval"


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


def latest(expression: str, legend: str, *, table: bool = False) -> prometheus.Dataquery:
    """An instant query at the end of the time range, as one value or as a table's rows."""
    built = (
        prometheus.Dataquery()
        .expr(expression)
        .legend_format(legend)
        .ref_id("A")
        .datasource(PROMETHEUS)
        .instant()
    )
    return built.format(PromQueryFormat.TABLE) if table else built


def selected(family: Family, *matchers: str) -> str:
    """The family's series that fulfil every matcher."""
    return f"{family.name}{{{', '.join(matchers)}}}" if matchers else family.name


def rate_by(label: str, series: str) -> str:
    """Events a second for each value of the label."""
    return f"sum by ({label}) (rate({series}[{_RATE_WINDOW}]))"


def quantile(share: float, family: Family, window: int, *matchers: str) -> str:
    """The duration, in seconds, that `share` of the observations in the window stay below."""
    series = f"{family.bucket}{{{', '.join(matchers)}}}" if matchers else family.bucket
    return f"histogram_quantile({share}, sum by (le) (rate({series}[{minutes(window)}])))"


def error_ratio(window: int, *, count_caller_mistakes: bool) -> str:
    """Errors over requests; by default without the caller's mistakes, on either side.

    The caller's reasons are not seeded, hence `or vector(0)` for a system where nobody erred.
    """
    span = minutes(window)
    requests = f"sum(rate({selected(AI_REQUESTS, TOOL)}[{span}]))"
    if count_caller_mistakes:
        errors = f"sum(rate({selected(AI_REQUEST_ERRORS, TOOL)}[{span}]))"
        return f"{errors} / clamp_min({requests}, {RARE})"
    mistake = "|".join(CALLER_REASONS)
    errors = _errors(f'reason!~"{mistake}"', span)
    mistakes = _errors(f'reason=~"{mistake}"', span)
    return f"{errors} / clamp_min({requests} - ({mistakes} or vector(0)), {RARE})"


def _errors(reasons: str, span: str) -> str:
    return f"sum(rate({selected(AI_REQUEST_ERRORS, TOOL, reasons)}[{span}]))"


def cache_hit_ratio() -> str:
    """The share of searches, over the whole time range, that the cache answered.

    No value at all where nobody searched: a ratio of nothing is not 0.
    """
    hits = selected(SELECTOR_REQUESTS, 'source="cache"')
    return (
        f"sum(increase({hits}[$__range])) / "
        f"(sum(increase({selected(SELECTOR_REQUESTS)}[$__range])) > 0)"
    )


def database_errors(window: int) -> str:
    """Searches that the database failed in the window."""
    return f"sum(increase({selected(SELECTOR_DB_ERRORS)}[{minutes(window)}]))"


def evictions(window: int) -> str:
    """Answers a second that left the cache because it was full."""
    return f"sum(rate({selected(SELECTOR_CACHE_EVICTIONS)}[{minutes(window)}]))"


def bucket_counts(family: Family, *matchers: str) -> str:
    """Observations in each histogram bucket since the point before, cumulative over `le`."""
    series = f"{family.bucket}{{{', '.join(matchers)}}}"
    return f"sum by (le) (increase({series}[{_RATE_WINDOW}]))"


def minutes(window: int) -> str:
    """A window of whole minutes, given in seconds, as PromQL writes it."""
    return f"{window // MINUTE}m"
