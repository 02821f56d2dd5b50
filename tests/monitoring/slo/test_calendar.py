"""Calendar windows begin when the wall clock of their zone says, asked of a real Prometheus."""

import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest

from opsconductor.monitoring.slo.openslo import TimeWindow
from opsconductor.monitoring.slo.windows import Calendar, period
from opsconductor.stack.programs import Programs

Ask = Callable[[str, float], float]

NEW_YORK, LORD_HOWE = "America/New_York", "Australia/Lord_Howe"


def calendar(duration: str, start: str, zone: str) -> Calendar:
    """A calendar window."""
    window = {"duration": duration, "calendar": {"startTime": start, "timeZone": zone}}
    found = period(TimeWindow.model_validate(window)).calendar
    assert found is not None
    return found


Hour = tuple[int, int, int, int]
Case = tuple[str, str, str, Hour, Hour]


def at(hour: Hour, zone: str) -> datetime:
    """A wall clock's time in a zone."""
    return datetime(*hour, tzinfo=ZoneInfo(zone))


CASES: list[Case] = [
    # Duration, first start, zone, a moment of local time, and when its period began.
    ("1d", "2026-01-01", "UTC", (2026, 3, 5, 7), (2026, 3, 5, 0)),
    ("1d", "2026-01-01", NEW_YORK, (2026, 3, 8, 12), (2026, 3, 8, 0)),  # 23 hours long
    ("1d", "2026-01-01", NEW_YORK, (2026, 11, 1, 23), (2026, 11, 1, 0)),  # 25 hours long
    ("1d", "2026-01-01", NEW_YORK, (2026, 7, 4, 0), (2026, 7, 4, 0)),
    ("1w", "2022-01-03 12:00:00", NEW_YORK, (2026, 7, 8, 11), (2026, 7, 6, 12)),
    ("1w", "2022-01-03 12:00:00", NEW_YORK, (2026, 7, 6, 11), (2026, 6, 29, 12)),
    ("1M", "2022-01-01", "UTC", (2026, 2, 28, 23), (2026, 2, 1, 0)),
    ("1M", "2022-01-01", "UTC", (2028, 2, 29, 23), (2028, 2, 1, 0)),
    ("1M", "2022-01-01", "UTC", (2100, 3, 1, 0), (2100, 3, 1, 0)),
    ("1M", "2022-01-01 12:00:00", NEW_YORK, (2026, 7, 1, 11), (2026, 6, 1, 12)),
    ("1M", "2022-01-15", "Europe/Zurich", (2026, 4, 14, 23), (2026, 3, 15, 0)),
    ("1M", "2022-01-01", LORD_HOWE, (2026, 4, 30, 5), (2026, 4, 1, 0)),  # half an hour back
    ("1Q", "2022-01-01", "UTC", (2026, 6, 30, 23), (2026, 4, 1, 0)),
    ("1Q", "2022-02-01", "UTC", (2026, 1, 31, 23), (2025, 11, 1, 0)),
    ("1Y", "2022-01-01", "Asia/Kathmandu", (2026, 12, 31, 23), (2026, 1, 1, 0)),
    ("1Y", "2022-07-01", "UTC", (2026, 6, 30, 23), (2025, 7, 1, 0)),
    ("2M", "2022-01-01", "UTC", (2026, 4, 2, 1), (2026, 3, 1, 0)),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_period_begins_by_the_calendar(case: Case) -> None:
    """Days of 23 and 25 hours, leap years, half-hour changes: as the wall clock has it."""
    duration, start, zone, moment, begun = case
    found = calendar(duration, start, zone).start(at(moment, zone))
    assert found == at(begun, zone)


@pytest.fixture(scope="module")
def ask(
    programs: Programs,
    tmp_path_factory: pytest.TempPathFactory,
    free_ports: Callable[[int], list[int]],
) -> Iterator[Ask]:
    """The one value that an expression has at a time, in a Prometheus without data."""
    folder, (port,) = tmp_path_factory.mktemp("prometheus"), free_ports(1)
    (folder / "prometheus.yml").write_text("global: {}\n")
    server = subprocess.Popen(
        [
            *programs.prometheus.command,
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{port}",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"

    def value(expression: str, moment: float) -> float:
        answer = httpx.post(
            f"{url}/api/v1/query", data={"query": expression, "time": moment}, trust_env=False
        )
        (found,) = answer.raise_for_status().json()["data"]["result"]
        return float(found["value"][1])

    try:
        deadline = time.monotonic() + 20
        while not _ready(url):
            assert time.monotonic() < deadline, "Prometheus did not start in time"
            time.sleep(0.05)
        yield value
    finally:
        server.terminate()
        server.wait(timeout=20)


def _ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/-/ready", trust_env=False).is_success
    except httpx.TransportError:
        return False


@pytest.mark.stack
@pytest.mark.parametrize("case", CASES, ids=str)
def test_prometheus_comes_to_the_same_start(ask: Ask, case: Case) -> None:
    """The rules' arithmetic is that of the calendar, around the start and far from it."""
    duration, start, zone, moment, _ = case
    window = calendar(duration, start, zone)
    local = (
        window.fixed_start()
        if window.duration.months is None
        else window.month_start(f"({window.month_index()})")
    )
    here = at(moment, zone)
    begun = window.start(here)
    for time_of in (here, begun, begun + timedelta(seconds=1), begun - timedelta(seconds=1)):
        expected = window.start(time_of.astimezone(UTC)).timestamp()
        got = ask(local, time_of.timestamp())
        assert ask(window.utc(f"vector({got!r})"), time_of.timestamp()) == expected
