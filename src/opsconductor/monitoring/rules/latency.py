"""Tool runs and searches that take too long: quantiles of the duration histograms."""

from opsconductor.contract.families import AI_REQUEST_DURATION, SELECTOR_REQUEST_DURATION
from opsconductor.contract.family import Family
from opsconductor.monitoring.numbers import number
from opsconductor.monitoring.rules.rule import AlertingRule
from opsconductor.monitoring.rules.rule_settings import RuleSettings

P95, P99 = "AIExecutionLatencyP95High", "AIExecutionLatencyP99Critical"
SELECTOR = "SelectorLatencyHigh"


def execution_alerts(given: RuleSettings) -> tuple[AlertingRule, ...]:
    """Both quantiles of a tool run's duration, per service."""
    return (
        _quantile(given, P95, 0.95, AI_REQUEST_DURATION, "tool runs"),
        _quantile(given, P99, 0.99, AI_REQUEST_DURATION, "tool runs"),
    )


def selector_alert(given: RuleSettings) -> AlertingRule:
    """The 95th percentile of a search's duration."""
    return _quantile(given, SELECTOR, 0.95, SELECTOR_REQUEST_DURATION, "searches")


def _quantile(
    given: RuleSettings, alert: str, quantile: float, family: Family, what: str
) -> AlertingRule:
    window, limit = given.window(alert), given.limit(alert)
    share = number(quantile * 100)
    return given.alert(
        alert,
        expr=(
            f"histogram_quantile(\n  {number(quantile)},\n"
            f"  sum by (service, le) (rate({family.bucket}[{window}]))\n) > {limit}"
        ),
        service="{{ $labels.service }}",
        summary=(
            f"{{{{ $labels.service }}}}: p{share} of {what} is {{{{ $value | humanizeDuration }}}}"
        ),
        description=(
            f"{share} % of the {what} of the last {window} took up to "
            f"{{{{ $value | humanizeDuration }}}}; the limit is {limit} s."
        ),
    )
