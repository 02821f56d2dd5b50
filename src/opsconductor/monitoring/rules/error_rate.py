"""AIExecutionErrorRateHigh: too many tool runs fail, in the service or in one tool.

It reads what the SLO execution-success records, so that both judge by one definition of success.
"""

from opsconductor.contract import recorded
from opsconductor.monitoring.numbers import number, percent
from opsconductor.monitoring.rules.rule import AlertingRule
from opsconductor.monitoring.rules.rule_settings import RuleSettings
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
    limit, window = given.limit(ALERT), given.window(ALERT)
    ratio = _by("service", recorded.ERROR_RATIO[threshold.window].name)
    tool_ratio = _by("service, tool", recorded.TOOL_ERROR_RATIO.name)
    tool_rate = _by("service, tool", recorded.TOOL_EVENT_RATE.name)
    seconds = number(given.scale.seconds(threshold.window))
    says = f"of the last {window} failed for a reason that the service answers for"
    return (
        given.alert(
            ALERT,
            expr=f"# {_UNGUARDED}\n{ratio} > {limit}",
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
                f"{tool_ratio} > {limit}\nand\n{tool_rate} * {seconds} >= {MIN_REQUESTS_PER_TOOL}"
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


def _by(labels: str, series: str) -> str:
    """The alert is the service's, not the SLO's: its label `slo` goes."""
    return f'max by ({labels}) ({series}{{slo="{EXECUTION_SUCCESS}"}})'
