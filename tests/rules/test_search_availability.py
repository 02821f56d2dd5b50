"""The budget of the searches, told as callers' mistakes and as outages of the database."""

from collections.abc import Callable

from opsconductor.contract import Reason
from opsconductor.contract.families import SELECTOR_REQUEST_ERRORS, SELECTOR_REQUESTS
from opsconductor.monitoring.scenario import (
    Scenario,
    Series,
    Value,
    automation_labels,
    counter,
    named,
)
from opsconductor.settings import Settings
from opsconductor.settings.model import Alerting

Play = Callable[..., None]
MINUTES = 60
FAST = (
    'count(ALERTS{alertname="SLOBurnRateFast", slo="selector-availability", alertstate="firing"})'
)
ERRORS = 'slo:sli_errors_per_sli_events:ratio_rate5m{slo="selector-availability"}'
SILENT: dict[str, float] = {}
FIRES: dict[str, float] = {"{}": 1}


def searches(*, ok: float, mistaken: float = 0, unavailable: float = 0) -> Series:
    """The selector's counters for so many searches a minute."""
    of = automation_labels()
    series = {
        named(SELECTOR_REQUESTS.name, status=status, source="fresh", **of): counter([(MINUTES, n)])
        for status, n in (("ok", ok), ("error", mistaken + unavailable))
    }
    for reason, n in (
        (Reason.VALIDATION, mistaken),
        (Reason.UNAVAILABLE, unavailable),
        (Reason.CANCELLED, 0),
        (Reason.INTERNAL, 0),
    ):
        series[named(SELECTOR_REQUEST_ERRORS.name, reason=reason, **of)] = counter([(MINUTES, n)])
    return series


def told(name: str, series: Series, fast: dict[str, float], ratio: float) -> Scenario:
    """Whether the fast tier fires after three quarters of an hour, and the share of errors."""
    values = [Value(45, FAST, fast), Value(45, f"round(max({ERRORS}), 0.0001)", {"{}": ratio})]
    return Scenario(name=name, series=series, values=values)


def test_mistakes_spend_nothing_and_hide_nothing(play: Play) -> None:
    """Nine of ten searches refused leave the budget whole; 2 % of the others unanswered page."""
    play(
        told("mistakes", searches(ok=10, mistaken=90), SILENT, 0),
        told("both", searches(ok=49, mistaken=50, unavailable=1), FIRES, 0.02),
        told("nothing but mistakes", searches(ok=0, mistaken=50), SILENT, 0),
        told("nothing answered", searches(ok=0, unavailable=50), FIRES, 1),
        every_rule=True,
    )


def test_mistakes_count_when_the_setting_says_so(play: Play) -> None:
    """With count_caller_mistakes the same refusals page."""
    play(
        told("mistakes", searches(ok=10, mistaken=90), FIRES, 0.9),
        settings=Settings(alerting=Alerting(count_caller_mistakes=True)),
        every_rule=True,
    )
