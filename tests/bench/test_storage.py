"""The storage benchmark's traffic is that of the contract, and its machinery runs."""

from math import nan
from pathlib import Path

import pytest
from bench.storage import Scale, measure
from bench.storage_blocks import Traffic
from bench.storage_pages import Pages
from bench.storage_queries import Reach
from bench.storage_server import series_of
from bench.storage_traffic import PAIR, STEP, TOOLS, histories

from opsconductor.contract import EXPOSED, series_at
from opsconductor.monitoring.capacity.model import model
from opsconductor.monitoring.capacity.tables import results
from opsconductor.stack.programs import Programs


@pytest.mark.parametrize("service", PAIR)
def test_a_service_has_the_series_of_its_contract(service: str) -> None:
    """As many as the contract counts with fourteen tools, each of them once."""
    found = histories(service, 3)
    assert len(found) == series_at(EXPOSED[service], len(TOOLS))
    assert len({(one.name, *sorted(one.labels.items())) for one in found}) == len(found)


def test_counters_only_grow_and_buckets_hold_each_other() -> None:
    """What is written could have been counted: nothing falls, and no bucket exceeds a wider one."""
    found = histories(PAIR[0], 200)
    for one in found:
        if one.name.endswith(("_total", "_count", "_bucket", "_sum")):
            assert list(one.values) == sorted(one.values), one.name
    widest: dict[str, float] = {}
    for one in found:
        if one.name == "ai_request_duration_seconds_bucket":
            assert one.values[-1] >= widest.get(one.labels["tool"], 0)
            widest[one.labels["tool"]] = one.values[-1]
    assert max(widest.values()) > 0


def test_quiet_traffic_stands_still_and_busy_traffic_moves() -> None:
    """The two ends between which ordinary traffic lies."""
    quiet, busy = (histories(PAIR[0], 60, moving) for moving in ("quiet", "busy"))
    assert all(len(set(one.values)) == 1 for one in quiet)
    moved = [one for one in busy if len(set(one.values)) > 30]
    assert len(moved) > len(busy) / 2


def test_slices_are_the_whole_time_without_a_gap() -> None:
    """Every series of every pair has a sample every ten seconds up to the end."""
    traffic = Traffic(2, 1.25)
    end = 1_000_000
    instants: dict[tuple[tuple[str, str], ...], list[int]] = {}
    for _, batch in traffic.slices(end):
        for one in batch:
            instants.setdefault(tuple(sorted(one.labels.items())), []).extend(one.instants)
    assert len(instants) == traffic.series
    expected = list(range((end - 4500) * 1000, end * 1000, STEP * 1000))
    assert all(found == expected for found in instants.values())


def test_a_page_goes_on_where_the_history_ended() -> None:
    """What is scraped continues the counters that were written, so that no series is doubled."""
    import gzip  # noqa: PLC0415  only here
    import time  # noqa: PLC0415

    traffic = Traffic(1, 0.5)
    now = time.time()
    page = gzip.decompress(Pages({"one": traffic}, now).page("one", PAIR[0], 0)).decode()
    shown = dict(series_of(page))
    assert len(shown) == series_at(EXPOSED[PAIR[0]], len(TOOLS))
    last = {
        (one.labels["__name__"], one.labels.get("tool"), one.labels.get("status")): one.values[-1]
        for _, batch in traffic.slices(now)
        for one in batch
    }
    before = last["ai_requests_total", TOOLS[0], "success"] or nan
    after = shown[f'ai_requests_total{{status="success",tool="{TOOLS[0]}"}}']
    assert 0 <= after - before < 100


@pytest.mark.stack
def test_the_whole_of_it_runs_at_a_small_scale(programs: Programs, tmp_path: Path) -> None:
    """Real servers are filled, restarted, scraped and asked, and a model comes of the figures."""
    scale = Scale(
        sizes=((1, 3.5), (2, 3.5)),
        other_hours=3.5,
        reaches=(Reach("month", 1, 0.5), Reach("hours", 2, 0.25)),
        settle=1,
        seconds=12,
        rounds=1,
    )
    measured = measure(scale, programs)
    pair = sum(series_at(EXPOSED[service], len(TOOLS)) for service in PAIR)
    assert [one.series for one in measured.running] == [pair, 2 * pair]
    found = model(measured)
    assert 0 < found.bytes_a_sample["quiet"] < found.bytes_a_sample["busy"] < 8
    assert found.resident.at(pair) > 1e7
    assert measured.pages.prometheus > 300
    assert f"{2 * pair:,} series" in results(measured)
