"""What a keep list would save is reckoned from samples, interval and bytes a sample."""

import pytest

from opsconductor.monitoring.cardinality.keep_list import KeepList
from opsconductor.monitoring.cardinality.saving import ALREADY, exposures, savings
from opsconductor.monitoring.promql.syntax import parse


def test_a_job_saves_what_its_list_leaves_out() -> None:
    """900 unused samples every 15 s at 2 bytes are 10.4 MB a day."""
    exposed = {"prometheus": {"used": 100, "go_a": 400, "go_b": 500}}
    lists = {"prometheus": KeepList(frozenset({"used"}))}
    (one,) = savings(exposed, lists, {"prometheus": 7}, {"prometheus": 15}, 2)
    assert (one.used, one.unused, one.dropped, one.scraped) == (100, 900, 7, 1007)
    assert one.bytes_a_day == pytest.approx(900 * 86_400 / 15 * 2)


def test_a_pattern_keeps_what_it_matches() -> None:
    """Names that a pattern reads are used."""
    lists = {"j": KeepList(frozenset(), frozenset({"go_.*"}))}
    (one,) = savings({"j": {"go_a": 4, "my_go": 1}}, lists, {}, {}, 2)
    assert (one.used, one.unused) == (4, 1)


def test_a_job_without_a_list_uses_everything() -> None:
    """Nothing is known to be unused; without an interval no bytes are claimed."""
    (one,) = savings({"j": {"a": 4}}, {}, {}, {}, 2)
    assert (one.used, one.unused, one.bytes_a_day) == (4, 0, None)


def test_a_job_of_which_nothing_is_left_is_listed() -> None:
    """What is dropped altogether still costs its scrape."""
    (one,) = savings({}, {"j": KeepList(frozenset())}, {"j": 5}, {"j": 15}, 2)
    assert (one.scraped, one.used, one.dropped) == (5, 0, 5)


def test_only_what_is_scraped_counts() -> None:
    """Neither recorded series nor what Prometheus adds to a scrape can be dropped by it."""
    found = exposures(
        [
            ({"__name__": "a", "job": "j"}, 2),
            ({"__name__": "up", "job": "j"}, 1),
            ({"__name__": "scrape_samples_scraped", "job": "j"}, 1),
            ({"__name__": "slo:objective:ratio"}, 5),
        ]
    )
    assert found == {"j": {"a": 2}}
    parse(ALREADY)
