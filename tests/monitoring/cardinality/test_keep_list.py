"""What is kept of a job: all that is promised or read, and nothing else."""

import re

import pytest

from opsconductor.contract import EXPOSED, IMPORTED, names
from opsconductor.monitoring.cardinality.keep_list import KeepList, keep_list, own_keep_lists
from opsconductor.monitoring.cardinality.usage import Usage, usage_of
from opsconductor.monitoring.targets import JOBS

EXPOSURE = ["h_bucket", "h_sum", "h_count", "a_total", "ab_total", "go_threads", "go_info"]


def kept(kept: KeepList | None, of: list[str]) -> set[str]:
    """What the relabelling lets through, as Prometheus does: the whole name has to match."""
    assert kept is not None
    (config,) = kept.relabel_configs()
    assert config["action"] == "keep"
    assert config["source_labels"] == ["__name__"]
    return {name for name in of if re.fullmatch(config["regex"], name)}


def test_only_what_is_read_is_kept() -> None:
    """Exact names, and whatever a pattern of names reads; no name that merely begins alike."""
    used = usage_of(["a_total", "rate(h_sum[5m]) / rate(h_count[5m])", '{__name__=~"go_t.*"}'])
    found = keep_list(used, EXPOSURE, "x")
    assert kept(found, EXPOSURE) == {"a_total", "h_sum", "h_count", "go_threads"}


def test_a_job_of_which_anything_may_be_read_has_no_list() -> None:
    """A selector without a name reads all of the job that it names, or of every job."""
    assert keep_list(usage_of(['{job="x"}']), EXPOSURE, "x") is None
    assert keep_list(usage_of(['{job="y"}', "up"]), EXPOSURE, "x") == KeepList(frozenset())
    assert keep_list(usage_of(['{tool="echo"}']), EXPOSURE, "x") is None


def test_nothing_is_dropped_while_it_is_unclear_what_is_read() -> None:
    """The error says which documents to look at, and not a hundred of them."""
    with pytest.raises(ValueError, match=r"unclear what is read:\nf:1: broken"):
        keep_list(Usage(unclear=("f:1: broken",)), EXPOSURE, "x")
    with pytest.raises(ValueError, match=r"\nand 3 more$"):
        own_keep_lists(Usage(unclear=tuple(str(number) for number in range(13))))


def test_every_family_of_ours_stays_whole() -> None:
    """What the contract promises is kept, whether a rule or a panel reads it or not."""
    lists = own_keep_lists(Usage())
    assert set(lists) == set(JOBS)
    for job, exposed in EXPOSED.items():
        promised = list(names(exposed))
        assert kept(lists[job], [*promised, "python_info"]) == set(promised)


def test_imported_series_are_kept_where_they_come_from() -> None:
    """Runbooks and commands read them too, so that they do not depend on rules and panels."""
    lists = own_keep_lists(Usage())
    for job in ("prometheus", "alertmanager"):
        ours = {one.name for one in IMPORTED if job in one.jobs}
        assert ours
        assert kept(lists[job], [*ours, "go_threads", "up"]) == ours


def test_a_users_own_reading_is_kept_of_any_foreign_job() -> None:
    """Whose series it is need not be known; recorded and our own series are nobody else's."""
    used = usage_of(["net_conntrack_dialer_conn_failed_total", "ai_requests_total", "slo:x:ratio"])
    lists = own_keep_lists(used)
    for job in ("prometheus", "alertmanager"):
        assert "net_conntrack_dialer_conn_failed_total" in lists[job].names
        assert "ai_requests_total" not in lists[job].names
    assert "prometheus" not in own_keep_lists(usage_of(['{job="prometheus"}']))


def test_the_regular_expression_is_stable() -> None:
    """Sorted, so that a diff of the configuration shows what changed; a dot is a dot."""
    assert KeepList(frozenset({"b", "a.c"}), frozenset({"x|y"})).regex == r"a\.c|b|(?:x|y)"
