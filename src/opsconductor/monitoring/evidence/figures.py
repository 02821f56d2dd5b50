"""The figures of the book's chapter, each with the premises under which it is reproduced."""

from opsconductor.monitoring.evidence import approaches, formulas
from opsconductor.monitoring.evidence.approaches import Approach, BurnAlert
from opsconductor.monitoring.evidence.figure import BUDGET, PERIOD, Figure, Measure, Outage, Unit
from opsconductor.monitoring.evidence.signal import Piece, repeated
from opsconductor.objectives import HOUR, MINUTE

SHORT_OUTAGE = 10 * MINUTE
SPIKE_LENGTH = 5 * MINUTE

FULL = Outage("full", (Piece(0, 2 * HOUR, 1),))
FULL_10M = Outage("full-10m", (Piece(0, SHORT_OUTAGE, 1),))
FIFTEEN_PERCENT = Outage("fifteen-percent", (Piece(0, SHORT_OUTAGE, 0.15),))
SPIKE = Outage("spike", (Piece(0, SPIKE_LENGTH, 1),))
SPIKES = Outage("spikes", repeated(Piece(0, SPIKE_LENGTH, 1), 10 * MINUTE, 18))
BURN_35 = Outage("burn-35", (Piece(0, 21 * HOUR, 35 * BUDGET),))


def _full_outage(approach: Approach, index: int, stated: str, step: int, fine: int) -> Figure:
    """When an alert over one window notices a full outage."""
    alert = approach.alerts[index]
    (window,) = alert.windows
    expected = formulas.detection(window, alert.factor * BUDGET, 1)
    return Figure(
        key=f"{approach.key}-detects-at-{alert.factor:g}",
        says=f"full outage, burn of {alert.factor:g} over {_span(window)}: fires after",
        stated=stated,
        outage=FULL,
        measure=Measure.DETECTION,
        expected=expected,
        until=2 * expected + MINUTE,
        step=step,
        fine=fine,
        unit=Unit.SECONDS,
        decimals=1,
        approach=approach,
        alert=alert,
    )


def _one_hour_hold() -> tuple[Figure, ...]:
    approach = approaches.DURATION
    (alert,) = approach.alerts
    (window,) = alert.windows
    fires = formulas.detection(window, BUDGET, 1, alert.hold)
    return (
        Figure(
            key="3-detects",
            says="full outage: fires after",
            stated="1 h",
            outage=FULL,
            measure=Measure.DETECTION,
            expected=fires,
            until=fires + MINUTE,
            step=60,
            fine=1000,
            unit=Unit.HOURS,
            approach=approach,
            alert=alert,
        ),
        Figure(
            key="3-spent",
            says="full outage: share of the budget that is gone by then",
            stated="138.9 %",
            outage=FULL,
            measure=Measure.SPENT_AT_DETECTION,
            expected=formulas.spent(fires, 1, BUDGET, PERIOD),
            until=fires + MINUTE,
            step=60,
            fine=1000,
            unit=Unit.PERCENT,
            decimals=1,
            approach=approach,
            alert=alert,
        ),
        Figure(
            key="3-spike",
            says="full outage of 5 minutes: share of the budget",
            stated="11.6 %",
            outage=SPIKE,
            measure=Measure.SPENT,
            expected=formulas.spent(SPIKE_LENGTH, 1, BUDGET, PERIOD),
            until=SPIKE_LENGTH + MINUTE,
            step=1000,
            fine=1000,
            unit=Unit.PERCENT,
            decimals=1,
            approach=approach,
        ),
        Figure(
            key="3-spikes",
            says="18 of them, one every 10 minutes: fires after",
            stated="never",
            outage=SPIKES,
            measure=Measure.DETECTION,
            expected=None,
            until=SPIKES.end + HOUR,
            step=5000,
            fine=5000,
            unit=Unit.HOURS,
            approach=approach,
            alert=alert,
        ),
    )


def _one_burn_rate() -> tuple[Figure, ...]:
    approach = approaches.BURN_RATE
    (alert,) = approach.alerts
    (window,) = alert.windows
    return (
        Figure(
            key="4-resets",
            says="full outage of 10 minutes: after its end the alert lasts another",
            stated="57.84 min",
            outage=FULL_10M,
            measure=Measure.RESET,
            expected=formulas.reset(window, alert.factor * BUDGET, 1),
            until=SHORT_OUTAGE + window + MINUTE,
            step=100,
            fine=1000,
            unit=Unit.MINUTES,
            decimals=2,
            approach=approach,
            alert=alert,
        ),
        Figure(
            key="4-at-35",
            says="burn of 35: fires after",
            stated="never",
            outage=BURN_35,
            measure=Measure.DETECTION,
            expected=None,
            until=BURN_35.end,
            step=10_000,
            fine=10_000,
            unit=Unit.HOURS,
            approach=approach,
            alert=alert,
        ),
        Figure(
            key="4-exhausts-at-35",
            says="burn of 35: the whole budget is gone after",
            stated="20.57 h",
            outage=BURN_35,
            measure=Measure.EXHAUSTION,
            expected=formulas.exhaustion(35, PERIOD),
            until=BURN_35.end,
            step=1000,
            fine=10_000,
            unit=Unit.HOURS,
            decimals=2,
            approach=approach,
        ),
    )


def _fifteen_percent() -> tuple[Figure, ...]:
    approach = approaches.MULTIPLE_WINDOWS
    alert = approach.alerts[0]
    long, short = alert.windows
    limit = alert.factor * BUDGET
    return (
        Figure(
            key="6-detects",
            says="15 % errors for 10 minutes, burn of 14.4 over 1 h and 5 m: fires after",
            stated="5.76 min",
            outage=FIFTEEN_PERCENT,
            measure=Measure.DETECTION,
            expected=max(formulas.detection(window, limit, 0.15) for window in alert.windows),
            until=SHORT_OUTAGE,
            step=100,
            fine=1000,
            unit=Unit.MINUTES,
            decimals=2,
            approach=approach,
            alert=alert,
        ),
        *(
            Figure(
                key=f"6-resets-{name}",
                says=f"after its end the {name} window ({_span(window)}) burns for another",
                stated=stated,
                outage=FIFTEEN_PERCENT,
                measure=Measure.RESET,
                expected=formulas.reset(window, limit, 0.15),
                until=SHORT_OUTAGE + window + MINUTE,
                step=100,
                fine=1000,
                unit=Unit.MINUTES,
                decimals=2,
                approach=approach,
                alert=BurnAlert((window,), alert.factor),
            )
            for name, window, stated in (("short", short, "4.52 min"), ("long", long, "54.24 min"))
        ),
    )


def _exhaustion(burn: float, stated: str, unit: Unit, step: int) -> Figure:
    expected = formulas.exhaustion(burn, PERIOD)
    return Figure(
        key=f"exhausts-at-{burn:g}",
        says=f"burn of {burn:g}: the whole budget is gone after",
        stated=stated,
        outage=Outage(f"burn-{burn:g}", (Piece(0, expected + HOUR, burn * BUDGET),)),
        measure=Measure.EXHAUSTION,
        expected=expected,
        until=expected + HOUR,
        step=step,
        fine=step,
        unit=unit,
    )


def _span(seconds: int) -> str:
    return f"{seconds // HOUR} h" if seconds % HOUR == 0 else f"{seconds // MINUTE} m"


FIGURES: tuple[Figure, ...] = (
    _exhaustion(1, "30 d", Unit.DAYS, 60_000),
    _exhaustion(2, "15 d", Unit.DAYS, 60_000),
    _exhaustion(10, "3 d", Unit.DAYS, 60_000),
    _exhaustion(1000, "43 min", Unit.MINUTES, 1000),
    _full_outage(approaches.TARGET_RATE, 0, "0.6 s", 10, 100),
    _full_outage(approaches.LONG_WINDOW, 0, "129.6 s", 100, 1000),
    *_one_hour_hold(),
    *_one_burn_rate(),
    _full_outage(approaches.MULTIPLE_BURN_RATES, 0, "51.8 s", 10, 1000),
    _full_outage(approaches.MULTIPLE_BURN_RATES, 1, "129.6 s", 100, 1000),
    _full_outage(approaches.MULTIPLE_BURN_RATES, 2, "259.2 s", 100, 1000),
    *_fifteen_percent(),
)
"""In the order of the chapter. `stated` is copied by hand from it or rounded from its premises."""
