"""The library: what goes wrong, and what it is worth. One entry is one story.

Times are seconds from the start. Worth is marked by hand and held against `worth.POLICY` by a test.
"""

from typing import Final

from opsconductor.monitoring.evidence.incident import Incident, Shape, Surge, Traffic, Worth
from opsconductor.monitoring.evidence.signal import Piece, repeated
from opsconductor.objectives import DAY, HOUR, MINUTE

PAGE, TICKET, NOTHING = Worth.PAGE, Worth.TICKET, Worth.NOTHING
_OVER: Final = "over before anybody could have helped"
_LITTLE: Final = "too little for a day's budget"
_GOES_ON: Final = "a day's budget goes in a night"
_MISSES: Final = "the objective is missed if it goes on, but it can wait for the morning"


def _of(
    key: str, shape: Shape, errors: Piece | tuple[Piece, ...], worth: Worth, why: str
) -> Incident:
    pieces = errors if isinstance(errors, tuple) else (errors,)
    return Incident(key=key, shape=shape, errors=pieces, worth=worth, why=why)


_SPIKES = (
    _of("spike-30s", Shape.SPIKE, Piece(0, 30, 1), NOTHING, _OVER),
    _of("spike-2m", Shape.SPIKE, Piece(0, 2 * MINUTE, 1), NOTHING, _OVER),
    _of("spike-5m", Shape.SPIKE, Piece(0, 5 * MINUTE, 1), NOTHING, _OVER),
    _of("spike-half-10m", Shape.SPIKE, Piece(0, 10 * MINUTE, 0.5), NOTHING, _OVER),
    _of(
        "spikes-every-10m",
        Shape.SPIKE,
        repeated(Piece(0, 5 * MINUTE, 1), 10 * MINUTE, 18),
        PAGE,
        "half of three hours is down, five minutes at a time",
    ),
    _of(
        "spikes-twice-daily",
        Shape.SPIKE,
        repeated(Piece(0, 8 * MINUTE, 1), 12 * HOUR, 14),
        TICKET,
        "each is over soon, but a week of them costs more than a week's budget",
    ),
)

_TOTAL = (
    _of("total-10m", Shape.TOTAL, Piece(0, 10 * MINUTE, 1), NOTHING, _OVER),
    _of("total-15m", Shape.TOTAL, Piece(0, 15 * MINUTE, 1), PAGE, "a day's budget in 15 minutes"),
    _of("total-45m", Shape.TOTAL, Piece(0, 45 * MINUTE, 1), PAGE, _GOES_ON),
    _of("total-3h", Shape.TOTAL, Piece(0, 3 * HOUR, 1), PAGE, _GOES_ON),
)

_RAMPS = (
    _of("ramp-1h", Shape.RAMP, Piece(0, HOUR, 0, to=1), PAGE, "ends in a total outage"),
    _of("ramp-1d-to-5", Shape.RAMP, Piece(0, DAY, 0, to=0.05), PAGE, "its last night is one"),
    _of("ramp-10d-to-2", Shape.RAMP, Piece(0, 10 * DAY, 0, to=0.02), TICKET, _MISSES),
    _of("ramp-down-2h", Shape.RAMP, Piece(0, 2 * HOUR, 0.3, to=0), PAGE, _GOES_ON),
    _of("ramp-30m-to-8", Shape.RAMP, Piece(0, 30 * MINUTE, 0, to=0.08), NOTHING, _LITTLE),
)

_PARTIAL = (
    _of("partial-15-10m", Shape.PARTIAL, Piece(0, 10 * MINUTE, 0.15), NOTHING, _OVER),
    _of("partial-50-1h", Shape.PARTIAL, Piece(0, HOUR, 0.5), PAGE, _GOES_ON),
    _of("partial-20-2h", Shape.PARTIAL, Piece(0, 2 * HOUR, 0.2), PAGE, _GOES_ON),
    _of("partial-10-1h", Shape.PARTIAL, Piece(0, HOUR, 0.1), NOTHING, _LITTLE),
    _of("partial-12-90m", Shape.PARTIAL, Piece(0, 90 * MINUTE, 0.12), NOTHING, _LITTLE),
    _of("partial-12-4h", Shape.PARTIAL, Piece(0, 4 * HOUR, 0.12), PAGE, _GOES_ON),
    _of("partial-35-20h", Shape.PARTIAL, Piece(0, 20 * HOUR, 0.35), PAGE, _GOES_ON),
    _of("partial-5-8h", Shape.PARTIAL, Piece(0, 8 * HOUR, 0.05), PAGE, _GOES_ON),
    _of("partial-4-1d", Shape.PARTIAL, Piece(0, DAY, 0.04), PAGE, _GOES_ON),
    _of("partial-2.5-12h", Shape.PARTIAL, Piece(0, 12 * HOUR, 0.025), NOTHING, _LITTLE),
    _of("partial-2-12h", Shape.PARTIAL, Piece(0, 12 * HOUR, 0.02), NOTHING, _LITTLE),
)

_LEAKS = (
    _of("leak-2-5d", Shape.LEAK, Piece(0, 5 * DAY, 0.02), TICKET, _MISSES),
    _of("leak-2.6-3d", Shape.LEAK, Piece(0, 3 * DAY, 0.026), TICKET, _MISSES),
    _of("leak-3.3-2d", Shape.LEAK, Piece(0, 2 * DAY, 0.033), PAGE, _GOES_ON),
    _of("leak-1.5-14d", Shape.LEAK, Piece(0, 14 * DAY, 0.015), TICKET, _MISSES),
    _of("leak-1.1-21d", Shape.LEAK, Piece(0, 21 * DAY, 0.011), TICKET, _MISSES),
    _of(
        "leak-0.5-21d",
        Shape.LEAK,
        Piece(0, 21 * DAY, 0.005),
        NOTHING,
        "half the budget in its time: what a budget is for",
    ),
)

_FLAPS = (
    _of(
        "flap-1m-of-5m",
        Shape.FLAP,
        repeated(Piece(0, MINUTE, 1), 5 * MINUTE, 72),
        PAGE,
        "a fifth of six hours is down",
    ),
    _of(
        "flap-30s-of-10m",
        Shape.FLAP,
        repeated(Piece(0, 30, 1), 10 * MINUTE, 72),
        PAGE,
        "no single drop is long, but the night costs more than a day's budget",
    ),
    _of(
        "flap-90s-of-1h",
        Shape.FLAP,
        repeated(Piece(0, 90, 1), HOUR, 7 * 24),
        TICKET,
        "a drop every hour of a week; none is worth waking for",
    ),
    _of(
        "flap-1m-of-1h",
        Shape.FLAP,
        repeated(Piece(0, MINUTE, 1), HOUR, 3 * 24),
        NOTHING,
        "three days of it cost less than a week's budget",
    ),
    _of(
        "flap-around-target",
        Shape.FLAP,
        repeated(Piece(0, 10 * MINUTE, 0.015), 30 * MINUTE, 2 * 24),
        NOTHING,
        "above the target for ten minutes, well below for twenty, within the budget on the whole",
    ),
    _of(
        "flap-10m-of-2h",
        Shape.FLAP,
        repeated(Piece(0, 10 * MINUTE, 0.4), 2 * HOUR, 6),
        PAGE,
        "each is over soon, but four of them fit into a night",
    ),
)

_ONE_TOOL = (
    _of("tool-of-30-percent", Shape.ONE_TOOL, Piece(0, 2 * HOUR, 0.3), PAGE, _GOES_ON),
    _of("tool-of-5-percent", Shape.ONE_TOOL, Piece(0, 3 * HOUR, 0.05), NOTHING, _LITTLE),
    _of("tool-of-2-percent", Shape.ONE_TOOL, Piece(0, 6 * DAY, 0.02), TICKET, _MISSES),
    _of(
        "tool-of-0.8-percent",
        Shape.ONE_TOOL,
        Piece(0, 3 * DAY, 0.008),
        NOTHING,
        "for this objective; whoever needs that tool needs a rule per tool",
    ),
)

_DEPLOYS = (
    _of("deploy-blip", Shape.DEPLOY, Piece(0, 90, 0.3), NOTHING, _OVER),
    _of(
        "deploy-blips",
        Shape.DEPLOY,
        repeated(Piece(0, 90, 0.2), 8 * HOUR, 15),
        NOTHING,
        "three a day for five days, all of them together hardly a day's budget",
    ),
    _of("deploy-rolled-back", Shape.DEPLOY, Piece(0, 40 * MINUTE, 0.08), NOTHING, _LITTLE),
    _of("deploy-first-twentieth", Shape.DEPLOY, Piece(0, 30 * MINUTE, 0.05), NOTHING, _LITTLE),
    _of("deploy-overnight", Shape.DEPLOY, Piece(0, 10 * HOUR, 0.06), PAGE, _GOES_ON),
)


def _rare(  # noqa: PLR0913  what tells one story from the others
    key: str, errors: Piece, worth: Worth, why: str, *, per_hour: int = 6, seed: int | None = None
) -> Incident:
    return Incident(
        key=key,
        shape=Shape.LOW_TRAFFIC,
        errors=(errors,),
        worth=worth,
        why=why,
        traffic=Traffic(per_second=per_hour / HOUR),
        baseline=0,
        seed=seed,
    )


_BELOW: Final = "each request fails with a probability below the budget"
_LOW_TRAFFIC = (
    _rare("rare-one-error", Piece(0, 10 * MINUTE, 1), NOTHING, "one failed request of six an hour"),
    _rare(
        "rare-two-errors", Piece(0, 20 * MINUTE, 1), NOTHING, "two failed requests prove nothing"
    ),
    _rare("rare-outage-3h", Piece(0, 3 * HOUR, 1), PAGE, "eighteen in a row are no chance"),
    _rare("rare-chance", Piece(0, 4 * DAY, 0.006), NOTHING, _BELOW, seed=7),
    _rare(
        "night-two-errors", Piece(0, 2 * MINUTE, 1), NOTHING, "two of sixty an hour", per_hour=60
    ),
    _rare("night-chance", Piece(0, 5 * DAY, 0.007), NOTHING, _BELOW, per_hour=60, seed=11),
    _rare("night-flaky", Piece(0, DAY, 0.06), PAGE, _GOES_ON, per_hour=60, seed=3),
)

_DAILY = Traffic(swing=0.8, peak=12 * HOUR)
"""Second 0 is the quietest moment of the day."""


def _daily(
    key: str,
    errors: Piece | tuple[Piece, ...],
    worth: Worth,
    why: str,
    shape: Shape = Shape.DIURNAL,
) -> Incident:
    pieces = errors if isinstance(errors, tuple) else (errors,)
    return Incident(key=key, shape=shape, errors=pieces, worth=worth, why=why, traffic=_DAILY)


_DIURNAL = (
    _daily(
        "total-1h-at-night",
        Piece(0, HOUR, 1),
        NOTHING,
        "an hour of total outage while a fifth of the usual traffic is there",
        Shape.TOTAL,
    ),
    _daily(
        "total-10m-at-noon",
        Piece(12 * HOUR, 12 * HOUR + 10 * MINUTE, 1),
        PAGE,
        "ten minutes at the busiest time cost a day's budget",
        Shape.TOTAL,
    ),
    _daily(
        "peak-hours-1.5",
        repeated(Piece(10 * HOUR, 14 * HOUR, 0.015), DAY, 7),
        NOTHING,
        "above the target at the busy hours, below it over the day",
    ),
    _daily(
        "peak-hours-8",
        repeated(Piece(10 * HOUR + 30 * MINUTE, 13 * HOUR + 30 * MINUTE, 0.08), DAY, 3),
        PAGE,
        "three busy hours cost more than a day's budget",
    ),
    _daily(
        "peak-hours-4",
        repeated(Piece(10 * HOUR, 14 * HOUR, 0.04), DAY, 7),
        PAGE,
        "four busy hours cost more than a day's budget",
    ),
    _daily(
        "nightly-batch-10",
        repeated(Piece(DAY - HOUR, DAY + HOUR, 0.1), DAY, 6),
        NOTHING,
        "a tenth fails while hardly anybody is there",
    ),
)

_TRAFFIC = (
    Incident(
        key="surge-8x",
        shape=Shape.TRAFFIC,
        errors=(Piece(0, 30 * MINUTE, 0.1),),
        worth=PAGE,
        why="a tenth fails of eight times the traffic",
        traffic=Traffic(surge=Surge(0, 30 * MINUTE, 8)),
    ),
    Incident(
        key="no-traffic-1h",
        shape=Shape.TRAFFIC,
        errors=(),
        worth=NOTHING,
        why="no request fails, for none arrives: another rule's business",
        traffic=Traffic(surge=Surge(0, HOUR, 0)),
        length=HOUR,
    ),
)

_NOISE = (
    Incident(
        key="noisy-day",
        shape=Shape.NOISE,
        errors=(),
        worth=NOTHING,
        why="chance around a third of the budget, a request every two seconds",
        traffic=Traffic(per_second=0.5),
        baseline=0.003,
        seed=5,
        length=3 * DAY,
    ),
    Incident(
        key="just-within",
        shape=Shape.NOISE,
        errors=(Piece(0, 7 * DAY, 0.0088),),
        worth=NOTHING,
        why="nine tenths of the budget, steadily: the objective is met",
        traffic=Traffic(per_second=5),
        seed=13,
    ),
)

INCIDENTS: tuple[Incident, ...] = (
    *_SPIKES,
    *_TOTAL,
    *_RAMPS,
    *_PARTIAL,
    *_LEAKS,
    *_FLAPS,
    *_ONE_TOOL,
    *_LOW_TRAFFIC,
    *_DEPLOYS,
    *_DIURNAL,
    *_TRAFFIC,
    *_NOISE,
)
