"""The compiled alerts, told as a shop's orders and played by promtool."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import pytest

from opsconductor.monitoring.scenario import (
    Check,
    Firing,
    Scenario,
    Series,
    Value,
    counter,
    named,
    restarted,
)

Play = Callable[..., None]
Text = Callable[..., str]

HOUR, DAY = 60, 1440
"""In minutes, as scenarios count."""
FAST, SLOW = "SLOBurnRateFast", "SLOBurnRateSlow"
TICKET, TREND = "SLOBurnRateTicket", "SLOBudgetTrend"
TIERS = (FAST, SLOW, TICKET, TREND)
ABSENT = "SLOIndicatorAbsent"
FIRING = 'count by (alertname) (ALERTS{alertstate="firing"})'
GOOD = """\
      ratioMetric:
        counter: true
        good:
          metricSource:
            type: Prometheus
            spec:
              query: sum(rate(shop_orders_total{outcome="ok"}[$window]))
        total:
          metricSource:
            type: Prometheus
            spec:
              query: sum(increase(shop_orders_total[{{.window}}]))
"""


class Phase(NamedTuple):
    """Minutes of so many orders a minute, of which a share fails."""

    minutes: float
    orders: float
    failing: float = 0


def shop(phases: Sequence[Phase], step: int = 30) -> Series:
    """The shop's counters."""
    return {
        named("shop_orders_total", outcome="ok"): counter(
            [(p.minutes, p.orders * (1 - p.failing)) for p in phases], step
        ),
        named("shop_orders_total", outcome="failed"): counter(
            [(p.minutes, p.orders * p.failing) for p in phases], step
        ),
    }


def firing(minute: float, *alerts: str) -> Value:
    """At the minute exactly these alerts fire."""
    return Value(minute, FIRING, {f'{{alertname="{alert}"}}': 1 for alert in alerts})


def calling(minute: float, *alerts: str) -> Value:
    """At the minute exactly these of the tiers that call somebody fire."""
    expression = FIRING.replace("}", ', severity=~"critical|warning"}')
    return Value(minute, expression, {f'{{alertname="{alert}"}}': 1 for alert in alerts})


def scenario(name: str, phases: Sequence[Phase], *values: Value, step: int = 30) -> Scenario:
    """Orders, and who is called when."""
    return Scenario(name=name, series=shop(phases, step), values=values, step=step)


def test_the_fast_tier_of_thirty_days(play: Play, slo: Text) -> None:
    """14.3 % failing is within a burn of 14.4 at 99 %; 14.5 % pages, and resolves when it ends."""
    play(
        slo(),
        scenario("below", [Phase(90, 200, 0.143)], calling(85, SLOW)),
        scenario(
            "above",
            [Phase(60, 200), Phase(60, 200, 0.5), Phase(30, 200)],
            calling(60),
            # Half of the orders fail: 14.4 % of an hour after 17.3 minutes, held for two.
            calling(60 + 19),
            calling(60 + 20, FAST),
            calling(60 + 60, FAST, SLOW),
            calling(60 + 66, SLOW),
        ),
    )


def test_a_total_outage_fires_without_any_good_series(play: Play, slo: Text) -> None:
    """No order ever succeeded and no series of good ones exists: it pages all the same."""
    series = {named("shop_orders_total", outcome="failed"): counter([(20, 60)])}
    for indicator in ({}, {"indicator": GOOD}):
        play(
            slo(**indicator),
            Scenario(name="no good series", series=series, values=[firing(1), firing(5, FAST)]),
        )


def test_the_alert_carries_what_a_route_and_an_inhibition_need(play: Play, slo: Text) -> None:
    """Severity, service, slo and tier as labels; the sentence has the figures and the page."""
    text = slo(objectives="[{targetPercent: 99.5}]", window="[{duration: 28d, isRolling: true}]")
    play(
        text,
        Scenario(
            name="outage",
            series=shop([Phase(10, 60, 1)]),
            checks=[
                Check(
                    8,
                    FAST,
                    (
                        Firing(
                            {
                                "severity": "critical",
                                "service": "shop",
                                "slo": "orders",
                                "slo_tier": "fast",
                            },
                            {
                                "summary": (
                                    "shop: the error budget of orders is spent 200.0 times too fast"
                                ),
                                "description": (
                                    "Over 1h the burn rate is 200.0, and over 5m still above 13.44 "
                                    "(success below 93.28 %); at a burn rate of 1 the budget of "
                                    "0.5 % lasts exactly its period."
                                ),
                                "runbook_url": "https://runbooks/SLOBurnRateFast",
                            },
                        ),
                    ),
                )
            ],
        ),
    )


@pytest.mark.parametrize(
    ("days", "failing_below", "failing_above"), [(28, 0.134, 0.136), (7, 0.0331, 0.0341)]
)
def test_the_fast_tier_of_other_periods(
    play: Play, slo: Text, days: int, failing_below: float, failing_above: float
) -> None:
    """2 % of the budget in an hour: a burn of 13.44 over 28 days, and of 3.36 over 7."""
    fast = f'count(ALERTS{{alertstate="firing", alertname="{FAST}"}})'
    text = slo(window=f"[{{duration: {days}d, isRolling: true}}]")
    for share, expected in ((failing_below, {}), (failing_above, {"{}": 1.0})):
        play(
            text,
            Scenario(
                name=f"{share} of {days} d",
                series=shop([Phase(80, 1000, share)]),
                values=[Value(75, fast, expected)],
            ),
        )


def test_slow_ticket_and_trend_of_seven_days(play: Play, slo: Text) -> None:
    """5 % in six hours is 1.4 at seven days; ticket and trend begin where the budget runs short."""
    text = slo(window="[{duration: 1w, isRolling: true}]")
    step = 240
    play(
        text,
        scenario(
            "within the budget", [Phase(4 * DAY, 60, 0.0095)], firing(4 * DAY - 10), step=step,
        ),
        scenario(
            "a little over", [Phase(30 * HOUR, 60, 0.0105)],
            firing(29 * HOUR, TICKET, TREND), step=step,
        ),
        scenario(
            "1.5 times", [Phase(8 * HOUR, 60, 0.015)],
            firing(7 * HOUR, SLOW, TICKET, TREND), step=step,
        ),
    )  # fmt: skip


def test_no_traffic_is_no_alert_and_no_nan(play: Play, slo: Text) -> None:
    """Counters that stand still record 0, and a budget that is whole."""
    # Whatever is added to NaN is NaN, and that compares with nothing.
    no_nan = 'count(sum({__name__=~"slo:.*"}) >= 0)'
    left = "slo:error_budget_remaining:ratio"
    of = '{service="shop", slo="orders"}'
    for indicator in ({}, {"indicator": GOOD}):
        play(
            slo(**indicator),
            Scenario(
                name="night",
                series=shop([Phase(120, 0)]),
                values=[
                    firing(100),
                    Value(100, no_nan, {"{}": 1}),
                    Value(100, left, {f"{left}{of}": 1}),
                ],
            ),
        )


def test_a_few_errors_on_a_quiet_day_call_nobody(play: Play, slo: Text) -> None:
    """Four of ten orders an hour fail: a burn of 40, and too little to be sure; five page."""
    ok, failed, pause = Phase(1, 1), Phase(1, 1, 1), Phase(5, 0)

    def hours(errors: int) -> list[Phase]:
        hour = [ok, pause] * (10 - errors) + [failed, pause] * errors
        return [*hour, *hour]

    fast = f'count(ALERTS{{alertstate="firing", alertname="{FAST}"}})'
    play(
        slo(),
        Scenario(name="four", series=shop(hours(4)), values=[Value(118, fast, {})]),
        Scenario(name="five", series=shop(hours(5)), values=[Value(118, fast, {"{}": 1})]),
    )


def test_a_restart_is_no_outage(play: Play, slo: Text) -> None:
    """Counters that begin again at 0 twice change neither side's rate below zero."""
    lives = [[(20, 60.0)], [(20, 60.0)], [(20, 60.0)]]
    good = named("shop_orders_total", outcome="ok")
    for indicator in ({}, {"indicator": GOOD}):
        play(
            slo(**indicator),
            Scenario(
                name="restarts",
                series={good: restarted(lives)},
                values=[firing(minute) for minute in (15, 25, 45, 60)],
            ),
        )


def test_an_indicator_that_is_gone_is_told(play: Play, slo: Text) -> None:
    """Ten minutes without any series; silent where the SLO says that it may be so."""
    gone = Firing(
        {"severity": "warning", "service": "shop", "slo": "orders"},
        {
            "summary": "shop: the indicator of orders gives no data",
            "description": (
                "No series of the indicator of orders exists: whether the promise is kept is "
                "unknown, and no burn-rate alert of it can fire."
            ),
            "runbook_url": "https://runbooks/SLOIndicatorAbsent",
        },
    )
    other = {named("other_total"): counter([(30, 1)])}
    play(
        slo(),
        Scenario(name="gone", series=other, checks=[Check(9, ABSENT), Check(11, ABSENT, (gone,))]),
    )
    play(
        slo(annotations="{opsconductor.io/indicator-absent: ignore}"),
        Scenario(name="meant", series=other, values=[firing(29)]),
    )


def test_two_objectives_are_judged_apart(play: Play, slo: Text) -> None:
    """Of 99 % and 99.9 % over the same orders, 5 % failing pages for the stricter one only."""
    objectives = "[{displayName: Contract, target: 0.99}, {displayName: Our own, target: 0.999}]"
    which = f'count by (objective) (ALERTS{{alertstate="firing", alertname="{FAST}"}})'
    play(
        slo(objectives=objectives),
        Scenario(
            name="two",
            series=shop([Phase(80, 200, 0.05)]),
            values=[Value(75, which, {'{objective="our-own"}': 1})],
        ),
    )


def test_an_openslo_condition_is_exactly_what_it_says(play: Play, slo: Text) -> None:
    """A burn of 2 over one hour for five minutes, under its own severity, without a guard."""
    more = """\
  alertPolicies:
    - kind: AlertPolicy
      metadata: {name: buyers}
      spec:
        alertWhenBreaching: true
        conditions:
          - kind: AlertCondition
            metadata: {name: twice}
            spec:
              severity: page
              condition: {kind: burnrate, threshold: 2, lookbackWindow: 1h, alertAfter: 5m}
        notificationTargets:
          - kind: AlertNotificationTarget
            metadata: {name: phone}
            spec: {target: pager}
"""
    asked = {
        "severity": "page", "service": "shop", "slo": "orders", "condition": "twice",
        "policy": "buyers", "notify": "phone",
    }  # fmt: skip
    says = Firing(
        asked,
        {
            "summary": "shop: the error budget of orders is spent 3.0 times too fast",
            "description": (
                "The condition twice of buyers holds: over 1h the burn rate is 3.0 (> 2); "
                "at a burn rate of 1 the budget of 1 % lasts exactly its period."
            ),
            "runbook_url": "https://runbooks/SLOBurnRateSlow",
        },
    )
    play(
        slo(annotations="{opsconductor.io/burn-tiers: none}", more=more),
        Scenario(
            name="3 %",
            series=shop([Phase(80, 200, 0.03)]),
            checks=[Check(4, "SLOCondition"), Check(60, "SLOCondition", (says,))],
            values=[firing(60, "SLOCondition")],
        ),
        Scenario(
            name="1.9 %",
            series=shop([Phase(80, 200, 0.019)]),
            checks=[Check(60, "SLOCondition")],
        ),
    )


def test_a_condition_below_its_threshold_is_taken_at_its_word(play: Play, slo: Text) -> None:
    """`op: lte` fires while the budget lasts, and does not call that too fast."""
    more = """\
  alertPolicies:
    - metadata: {name: Buyers}
      spec:
        alertWhenBreaching: true
        conditions:
          - metadata: {name: calm}
            spec:
              severity: note
              condition: {op: lte, threshold: 2, lookbackWindow: 1h, alertAfter: 5m}
        notificationTargets: [{metadata: {name: Phone}, spec: {target: pager}}]
"""
    asked = {
        "severity": "note", "service": "shop", "slo": "orders", "condition": "calm",
        "policy": "Buyers", "notify": "Phone",
    }  # fmt: skip
    says = Firing(
        asked,
        {
            "summary": "shop: the burn rate of orders is 1.9",
            "description": (
                "The condition calm of Buyers holds: over 1h the burn rate is 1.9 (<= 2); "
                "at a burn rate of 1 the budget of 1 % lasts exactly its period."
            ),
            "runbook_url": "https://runbooks/SLOBurnRateSlow",
        },
    )
    play(
        slo(annotations="{opsconductor.io/burn-tiers: none}", more=more),
        Scenario(
            name="1.9 %",
            series=shop([Phase(80, 200, 0.019)]),
            checks=[Check(60, "SLOCondition", (says,))],
        ),
        Scenario(
            name="3 %",
            series=shop([Phase(80, 200, 0.03)]),
            checks=[Check(60, "SLOCondition")],
        ),
    )


def test_a_name_with_a_backslash_finds_its_own_series(play: Play, slo: Text) -> None:
    """The specification encourages it; in PromQL it is an escape."""
    left = "slo:error_budget_remaining:ratio"
    of = r'{service="shop", slo="team\\orders.v2"}'
    play(
        slo().replace("name: orders\n", "name: 'team\\orders.v2'\n", 1),
        Scenario(
            name="clean",
            series=shop([Phase(30, 200)]),
            values=[Value(25, left, {f"{left}{of}": 1})],
        ),
    )


def test_tiers_of_ones_own_replace_ours(play: Play, slo: Text) -> None:
    """A fast tier of 5 over half an hour fires at 6 %, and no other tier exists."""
    own = '[{"tier":"fast","burn":5,"long":"30m","short":"5m","for":"1m","severity":"warning"}]'
    play(
        slo(annotations=f"{{opsconductor.io/burn-tiers: '{own}'}}"),
        scenario("6 %", [Phase(40, 200, 0.06)], firing(35, FAST)),
        scenario("4 %", [Phase(40, 200, 0.04)], firing(35)),
    )
