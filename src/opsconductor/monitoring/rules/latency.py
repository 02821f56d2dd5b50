"""Tool runs and searches that take too long: quantiles of the duration histograms."""

from collections.abc import Mapping

from opsconductor.contract.families import AI_REQUEST_DURATION, SELECTOR_REQUEST_DURATION
from opsconductor.contract.family import Family
from opsconductor.monitoring.numbers import number
from opsconductor.monitoring.rules.rule import AlertingRule
from opsconductor.monitoring.rules.rule_settings import RuleSettings
from opsconductor.monitoring.rules.signal import Signal, matched

P95, P99 = "AIExecutionLatencyP95High", "AIExecutionLatencyP99Critical"
SELECTOR = "SelectorLatencyHigh"

_JUDGED: Mapping[str, tuple[float, Family]] = {
    P95: (0.95, AI_REQUEST_DURATION),
    P99: (0.99, AI_REQUEST_DURATION),
    SELECTOR: (0.95, SELECTOR_REQUEST_DURATION),
}


def execution_alerts(given: RuleSettings) -> tuple[AlertingRule, ...]:
    """Both quantiles of a tool run's duration, per service."""
    return (
        _rule(given, P95, "tool runs"),
        _rule(given, P99, "tool runs"),
    )


def selector_alert(given: RuleSettings) -> AlertingRule:
    """The 95th percentile of a search's duration."""
    return _rule(given, SELECTOR, "searches")


def duration_quantile(given: RuleSettings, alert: str, *matchers: str) -> Signal:
    """The quantile, in seconds, that one of the three alerts judges."""
    share, family = _JUDGED[alert]
    expr = quantile(share, family, given.window(alert), *matchers)
    return Signal(alert, expr, ">", given.threshold(alert).limit)


def quantile(share: float, family: Family, window: str, *matchers: str) -> str:
    """The duration, in seconds, that `share` of a service's observations stay below."""
    return (
        f"histogram_quantile(\n  {number(share)},\n"
        f"  sum by (service, le) (rate({matched(family.bucket, *matchers)}[{window}]))\n)"
    )


def _rule(given: RuleSettings, alert: str, what: str) -> AlertingRule:
    window, limit = given.window(alert), given.limit(alert)
    share = number(_JUDGED[alert][0] * 100)
    return given.alert(
        alert,
        expr=duration_quantile(given, alert).condition,
        service="{{ $labels.service }}",
        summary=(
            f"{{{{ $labels.service }}}}: p{share} of {what} is {{{{ $value | humanizeDuration }}}}"
        ),
        description=(
            f"{share} % of the {what} of the last {window} took up to "
            f"{{{{ $value | humanizeDuration }}}}; the limit is {limit} s."
        ),
    )
