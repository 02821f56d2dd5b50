"""The period of an objective: rolling, or by the calendar of a time zone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from opsconductor.monitoring.slo.openslo import TimeWindow
from opsconductor.monitoring.slo.shorthand import SECONDS, Shorthand
from opsconductor.objectives import DAY

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  local times are counted without a zone
LAST_YEAR = 2037
"""Changes of a zone's clock are written into the rules up to here: time zone data is not computed
further by everybody, and a rule file is made anew before that."""
LAST_DAY_OF_EVERY_MONTH = 28
LONGEST = {"M": 31 * DAY, "Q": 92 * DAY, "Y": 366 * DAY}


class WindowError(ValueError):
    """The time window cannot be compiled; the text says why."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """A calendar window: local time is UTC plus `base` seconds plus the changes that have come.

    `changes` are (Unix seconds, seconds the clock goes forward). `anchor` is the first start, in
    local seconds since 1970.
    """

    duration: Shorthand
    anchor: int
    base: int
    changes: tuple[tuple[int, int], ...]

    @property
    def longest(self) -> int:
        """No period is longer, in seconds; a day more for a clock that is put back."""
        longest = LONGEST.get(self.duration.postfix, SECONDS[self.duration.postfix])
        return self.duration.count * longest + DAY

    def local(self, time: str) -> str:
        """Local time of a time in Unix seconds, as PromQL."""
        steps = [f"{by:+d} * ({time} >= bool {at})" for at, by in self.changes]
        return _joined(time, self.base, steps)

    def utc(self, time: str) -> str:
        """Unix seconds of a local time, as PromQL.

        A change is known by the local time that the clock shows after it.
        """
        steps, offset = [], self.base
        for at, by in self.changes:
            offset += by
            steps.append(f"{-by:+d} * ({time} >= bool {at + offset})")
        return _joined(time, -self.base, steps)

    def fixed_start(self) -> str:
        """The local start of a window of fixed length, as PromQL."""
        local, size = self.local("time()"), self.duration.seconds
        since = f"(({local}) - {self.anchor})"
        return f"vector(\n  {local}\n  - ({since} % {size} + {size}) % {size}\n)"

    def month_index(self) -> str:
        """The window's first month, counted from the year 0, as PromQL.

        Time is shifted so that the anchor's day and hour fall on midnight of a first.
        """
        months, anchor = self.duration.months or 1, EPOCH + timedelta(seconds=self.anchor)
        now = f"vector({self.local('time()')} - {self._into_month})"
        index = f"(year({now}) * 12 + month({now}) - 1)"
        if months == 1:
            return index
        first = anchor.year * 12 + anchor.month - 1
        return f"{index}\n- ({index} - {first % months}) % {months}"

    def month_start(self, month: str) -> str:
        """The local start of the window whose first month `month` selects, as PromQL.

        Days since 1970 of the first of a month, years counted from March as in the usual
        conversion of civil dates: leap days are then the last of their year.
        """
        n = f"({month} - 2)"
        days = (
            f"365 * floor({n} / 12) + floor({n} / 48) - floor({n} / 1200) + floor({n} / 4800)\n"
            f"  + floor((153 * ({n} % 12) + 2) / 5) - 719468"
        )
        return f"(\n  {days}\n) * {DAY} + {self._into_month}"

    @property
    def _into_month(self) -> int:
        """Seconds from midnight of the first to the anchor."""
        anchor = EPOCH + timedelta(seconds=self.anchor)
        return int((anchor - anchor.replace(day=1, hour=0, minute=0, second=0)).total_seconds())

    def start(self, now: datetime) -> datetime:
        """When the period that holds `now` began; for reports, in Python's own arithmetic."""
        local = now.timestamp() + self.base
        local += sum(by for at, by in self.changes if now.timestamp() >= at)
        begun = self._local_start(local)
        offset = self.base
        for at, by in self.changes:
            offset += by if begun >= at + offset + by else 0
        return datetime.fromtimestamp(begun - offset, UTC)

    def _local_start(self, local: float) -> float:
        months = self.duration.months
        if months is None:
            return local - (local - self.anchor) % self.duration.seconds
        shifted = EPOCH + timedelta(seconds=local - self._into_month)
        anchor = EPOCH + timedelta(seconds=self.anchor)
        index = shifted.year * 12 + shifted.month - 1
        index -= (index - anchor.year * 12 - anchor.month + 1) % months
        first = datetime(index // 12, index % 12 + 1, 1)  # noqa: DTZ001  local
        return (first - EPOCH).total_seconds() + self._into_month


@dataclass(frozen=True, slots=True)
class Period:
    """How long a budget lasts: `seconds` is nominal where a calendar says it exactly."""

    text: str
    seconds: int
    calendar: Calendar | None = None


def period(window: TimeWindow) -> Period:
    """The SLO's period. Raises `WindowError`."""
    if window.calendar is None:
        return Period(str(window.duration), window.duration.seconds)
    written, duration = window.calendar, window.duration
    if duration.postfix in {"m", "h"}:
        raise WindowError(
            f"a calendar window of {duration} is shorter than a day; write d, w, M (months), Q or Y"
            f"{' (1M is a month, 1m a minute)' if duration.postfix == 'm' else ''}"
        )
    anchor = _anchor(written.start_time)
    if duration.months and anchor.day > LAST_DAY_OF_EVERY_MONTH:
        raise WindowError(
            f"startTime is on day {anchor.day}, which not every month has; start on 1 to 28"
        )
    base, changes = _zone(written.time_zone)
    seconds = int((anchor - EPOCH).total_seconds())
    return Period(str(duration), duration.seconds, Calendar(duration, seconds, base, changes))


def _anchor(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise WindowError(
            f"startTime {text!r} is no date and time like 2026-01-01 00:00:00"
        ) from None
    if found.tzinfo is not None:
        raise WindowError("startTime is local time: write it without a zone, timeZone names that")
    return found.replace(microsecond=0)


def _zone(name: str) -> tuple[int, tuple[tuple[int, int], ...]]:
    """Offset at the start of 2020 and every change of the clock since then, found day by day."""
    try:
        zone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise WindowError(
            f"timeZone {name!r} is not in this machine's IANA time zone data; "
            "write a name like Europe/Zurich or UTC"
        ) from None

    def offset(moment: datetime) -> int:
        found = zone.utcoffset(moment.astimezone(zone))
        return int(found.total_seconds()) if found is not None else 0

    day, changes = datetime(2020, 1, 1, tzinfo=UTC), []
    base = before = offset(day)
    while day.year <= LAST_YEAR:
        after = offset(day + timedelta(days=1))
        if after != before:
            changes.append((_change(day, before, offset), after - before))
        before, day = after, day + timedelta(days=1)
    return base, tuple(changes)


def _change(day: datetime, before: int, offset: Callable[[datetime], int]) -> int:
    low, high = int(day.timestamp()), int(day.timestamp()) + DAY
    while high - low > 1:
        middle = (low + high) // 2
        if offset(datetime.fromtimestamp(middle, UTC)) == before:
            low = middle
        else:
            high = middle
    return high


def _joined(time: str, constant: int, steps: list[str]) -> str:
    """A sum; the many changes of a clock stand on lines of their own."""
    head = f"{time} {constant:+d}" if constant else time
    return "\n  ".join([head, *steps])
