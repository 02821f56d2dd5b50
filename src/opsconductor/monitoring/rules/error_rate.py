"""AIExecutionErrorRateHigh: too many tool runs fail, in the service or in one tool.

It reads what the SLO execution-success records, so that both judge by one definition of success.
"""

from opsconductor.contract import recorded
from opsconductor.monitoring.numbers import number, percent
from opsconductor.monitoring.rules.rule import AlertingRule
from opsconductor.monitoring.rules.rule_settings import RuleSettings
from opsconductor.monitoring.rules.signal import Signal, matched
from opsconductor.monitoring.rules.slos import EXECUTION_SUCCESS
from opsconductor.objectives import MIN_REQUESTS_PER_TOOL

ALERT = "AIExecutionErrorRateHigh"

_UNGUARDED = (
    "lint: disable=low-traffic-without-guard"
    " -- one failed run in a quiet time is worth a warning; the burn tiers have a guard"
)


def alerts(given: RuleSettings) -> tuple[AlertingRule, ...]:
    """One rule per service and one per tool, under the same name."""
    threshold = given.threshold(ALERT)
    window = given.window(ALERT)
    tool_rate = _by("service, tool", recorded.TOOL_EVENT_RATE.name)
    seconds = number(given.scale.seconds(threshold.window))
    says = f"of the last {window} failed for a reason that the service answers for"
    return (
        given.alert(
            ALERT,
            expr=f"# {_UNGUARDED}\n{service_ratio(given).condition}",
            service="{{ $labels.service }}",
            summary="{{ $labels.service }}: {{ $value | humanizePercentage }} of tool runs fail",
            description=(
                f"{{{{ $value | humanizePercentage }}}} of the tool runs {says}; "
                f"the limit is {percent(threshold.limit)}."
            ),
        ),
        given.alert(
            ALERT,
            expr=(
                f"{tool_ratio(given).condition}\n"
                f"and\n{tool_rate} * {seconds} >= {MIN_REQUESTS_PER_TOOL}"
            ),
            service="{{ $labels.service }}",
            tool="{{ $labels.tool }}",
            summary=(
                "{{ $labels.service }}: {{ $value | humanizePercentage }} of "
                "{{ $labels.tool }} runs fail"
            ),
            description=(
                f"{{{{ $value | humanizePercentage }}}} of {{{{ $labels.tool }}}}'s runs {says}; "
                f"the limit is {percent(threshold.limit)} from {MIN_REQUESTS_PER_TOOL} runs on."
            ),
        ),
    )


def service_ratio(given: RuleSettings) -> Signal:
    """The failed share of a service's tool runs."""
    threshold = given.threshold(ALERT)
    ratio = recorded.ERROR_RATIO[threshold.window].name
    return Signal(ALERT, _by("service", ratio), ">", threshold.limit)


def tool_ratio(given: RuleSettings, *matchers: str) -> Signal:
    """The failed share of each tool's runs, of the tools that the matchers select."""
    ratio = _by("service, tool", recorded.TOOL_ERROR_RATIO.name, *matchers)
    return Signal(ALERT, ratio, ">", given.threshold(ALERT).limit)


def _by(labels: str, series: str, *matchers: str) -> str:
    """The alert is the service's, not the SLO's: its label `slo` goes."""
    selected = matched(series, f'slo="{EXECUTION_SUCCESS}"', *matchers)
    return f"max by ({labels}) ({selected})"
