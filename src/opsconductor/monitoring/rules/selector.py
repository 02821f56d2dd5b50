"""The search for tools: database errors, slow answers, a cache that is too small."""

from opsconductor.contract import AUTOMATION
from opsconductor.contract.families import SELECTOR_CACHE_EVICTIONS, SELECTOR_DB_ERRORS
from opsconductor.monitoring.rules import latency
from opsconductor.monitoring.rules.rule import AlertingRule
from opsconductor.monitoring.rules.rule_settings import RuleSettings

ERRORS, EVICTIONS = "SelectorErrorBurst", "SelectorCacheEvictionRateHigh"


def alerts(given: RuleSettings) -> tuple[AlertingRule, ...]:
    """The selector's three alerts."""
    return (_errors(given), latency.selector_alert(given), _evictions(given))


def _errors(given: RuleSettings) -> AlertingRule:
    window = given.window(ERRORS)
    return given.alert(
        ERRORS,
        expr=f"sum(increase({SELECTOR_DB_ERRORS.name}[{window}])) > {given.limit(ERRORS)}",
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
        expr=f"sum(rate({SELECTOR_CACHE_EVICTIONS.name}[{window}])) > {limit}",
        service=AUTOMATION,
        summary="The selector's cache is too small for its traffic",
        description=(
            f'{{{{ $value | printf "%.1f" }}}} answers a second left the full cache over the last '
            f"{window}; the limit is {limit}/s."
        ),
    )
