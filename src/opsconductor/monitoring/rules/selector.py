"""The search for tools: database errors, slow answers, a cache that is too small."""

from opsconductor.contract import AUTOMATION
from opsconductor.contract.families import SELECTOR_CACHE_EVICTIONS, SELECTOR_DB_ERRORS
from opsconductor.monitoring.rules import latency
from opsconductor.monitoring.rules.rule import AlertingRule
from opsconductor.monitoring.rules.rule_settings import RuleSettings
from opsconductor.monitoring.rules.signal import Signal

ERRORS, EVICTIONS = "SelectorErrorBurst", "SelectorCacheEvictionRateHigh"


def alerts(given: RuleSettings) -> tuple[AlertingRule, ...]:
    """The selector's three alerts."""
    return (_errors(given), latency.selector_alert(given), _evictions(given))


def database_errors(given: RuleSettings) -> Signal:
    """Searches that the database failed in the window."""
    errors = f"sum(increase({SELECTOR_DB_ERRORS.name}[{given.window(ERRORS)}]))"
    return Signal(ERRORS, errors, ">", given.threshold(ERRORS).limit)


def evictions(given: RuleSettings) -> Signal:
    """Answers a second that left the cache because it was full."""
    rate = f"sum(rate({SELECTOR_CACHE_EVICTIONS.name}[{given.window(EVICTIONS)}]))"
    return Signal(EVICTIONS, rate, ">", given.threshold(EVICTIONS).limit)


def _errors(given: RuleSettings) -> AlertingRule:
    window = given.window(ERRORS)
    return given.alert(
        ERRORS,
        expr=database_errors(given).condition,
        service=AUTOMATION,
        summary="The tool catalogue's database fails",
        description=(
            f"The catalogue's database failed or refused about "
            f'{{{{ $value | printf "%.0f" }}}} searches in the last {window}. Answers that were '
            "known before are served as degraded; new searches get 503."
        ),
    )


def _evictions(given: RuleSettings) -> AlertingRule:
    window, limit = given.window(EVICTIONS), given.limit(EVICTIONS)
    return given.alert(
        EVICTIONS,
        expr=evictions(given).condition,
        service=AUTOMATION,
        summary="The selector's cache is too small for its traffic",
        description=(
            f'{{{{ $value | printf "%.1f" }}}} answers a second left the full cache over the last '
            f"{window}; the limit is {limit}/s."
        ),
    )
