"""The success ratio, recorded once: the error-rate alert and every burn tier read these series.

Success ratio = 1 - service-side errors / (requests - the caller's mistakes). Every request that
ended is counted once by status and every error once by reason, and the two sums agree; so
requests - caller's mistakes = successes + service-side errors. The right-hand form is the one that
is evaluated, because its series exist from the first scrape, while a caller's mistake may be born
at 1 and then goes unseen by `rate()`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from opsconductor.contract import SERVICE_REASONS, Status, recorded
from opsconductor.contract.families import AI_REQUEST_ERRORS, AI_REQUESTS
from opsconductor.monitoring.rules.rule import RecordingRule
from opsconductor.monitoring.rules.rule_settings import RuleSettings, number

RAW_WINDOW_LIMIT = 6 * 3600
"""Longer windows are added up from recorded rates; up to here raw series are cheap and exact."""
BASE_WINDOW = 300
"""The recorded rate that longer windows are added up from."""


@dataclass(frozen=True, slots=True)
class SuccessRatio:
    """PromQL for both sides of the ratio; with `count_caller_mistakes` every error counts."""

    count_caller_mistakes: bool

    def failed(self, window: str) -> str:
        """A rate for every series of errors that spend the budget."""
        if self.count_caller_mistakes:
            return f'rate({AI_REQUESTS.name}{{status="{Status.ERROR}"}}[{window}])'
        reasons = "|".join(SERVICE_REASONS)
        return f'rate({AI_REQUEST_ERRORS.name}{{reason=~"{reasons}"}}[{window}])'

    def counted(self, window: str) -> str:
        """A rate for every series of requests that the ratio counts.

        `or` is a union here, for the label sets of the two sides differ: if one side does not
        exist, the other still counts.
        """
        succeeded = f'rate({AI_REQUESTS.name}{{status="{Status.SUCCESS}"}}[{window}])'
        return f"{succeeded}\n  or\n  {self.failed(window)}"


def recording_rules(given: RuleSettings) -> tuple[RecordingRule, ...]:
    """Numerator, denominator and ratio per service for each window, and per tool for 5m.

    Within each window both sides come before their ratio, which is made from what was recorded
    a moment before.
    """
    ratio = SuccessRatio(given.settings.alerting.count_caller_mistakes)
    rules: list[RecordingRule] = []
    for window in recorded.RECORDED_WINDOWS:
        errors, requests = recorded.ERROR_RATE[window], recorded.REQUEST_RATE[window]
        if window <= RAW_WINDOW_LIMIT:
            rules += _raw(given, ratio, (errors, requests))
        else:
            rules += [
                RecordingRule(errors, _added_up(given, recorded.ERROR_RATE, window)),
                RecordingRule(requests, _added_up(given, recorded.REQUEST_RATE, window)),
            ]
        rules.append(_quotient(recorded.ERROR_RATIO[window], errors, requests))
    errors, requests = recorded.TOOL_ERROR_RATE, recorded.TOOL_REQUEST_RATE
    rules += _raw(given, ratio, (errors, requests))
    rules.append(_quotient(recorded.TOOL_ERROR_RATIO, errors, requests))
    return tuple(rules)


def _raw(
    given: RuleSettings, ratio: SuccessRatio, sides: tuple[recorded.Recorded, recorded.Recorded]
) -> list[RecordingRule]:
    errors, requests = sides
    window, level = given.scale.window(errors.window), ", ".join(errors.level)
    return [
        RecordingRule(errors, f"sum by ({level}) (\n  {ratio.failed(window)}\n)"),
        RecordingRule(requests, f"sum by ({level}) (\n  {ratio.counted(window)}\n)"),
    ]


def _added_up(given: RuleSettings, series: Mapping[int, recorded.Recorded], window: int) -> str:
    """Events of a long window divided by its length, like `rate()`, from the recorded base rate.

    A sum rather than an average: what was not recorded counts as nothing on both sides, so a
    young system is judged by what it has seen.
    """
    interval = number(given.settings.prometheus.rule_interval_seconds)
    seconds = number(given.scale.seconds(window))
    base = series[BASE_WINDOW].name
    return f"sum_over_time({base}[{given.scale.window(window)}]) * {interval} / {seconds}"


def _quotient(
    ratio: recorded.Recorded, errors: recorded.Recorded, requests: recorded.Recorded
) -> RecordingRule:
    """Errors per request; 0, not NaN, without requests, and 0, not nothing, without errors."""
    expr = f"{errors.name} / ({requests.name} > 0)\nor\n{requests.name} * 0"
    return RecordingRule(ratio, expr)
