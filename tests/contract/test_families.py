"""The families are the ones that clients and scrapers of the system rely on."""

from typing import NamedTuple

import pytest

from opsconductor.contract import BY_NAME, CALLER_REASONS, FAMILIES, SERVICE_REASONS, Reason
from opsconductor.contract.family import Family, Label


class Promise(NamedTuple):
    """What somebody outside relies on; `buckets` are bounds that must be among the family's."""

    kind: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


EXECUTION = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
SELECTOR = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10)
GEN_AI = ("gen_ai_operation_name", "gen_ai_provider_name", "gen_ai_request_model")
OPERATION = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)
TOKENS = (1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864)

PROMISED = {
    "ai_requests_total": Promise("counter", ("status", "tool")),
    "ai_request_errors_total": Promise("counter", ("reason", "tool")),
    "ai_request_duration_seconds": Promise("histogram", ("tool",), EXECUTION),
    "ai_tools_count": Promise("gauge", ("platform",)),
    "selector_requests_total": Promise("counter", ("status", "source")),
    "selector_request_errors_total": Promise("counter", ("reason",)),
    "selector_request_duration_seconds": Promise("histogram", (), SELECTOR),
    "selector_cache_entries": Promise("gauge"),
    "selector_cache_ttl_seconds": Promise("gauge"),
    "selector_cache_evictions_total": Promise("counter"),
    "selector_db_errors_total": Promise("counter"),
    "selector_build_info": Promise("gauge", ("version", "git_commit", "built_at")),
    "gen_ai_client_operation_duration_seconds": Promise(
        "histogram", (*GEN_AI, "error_type"), OPERATION
    ),
    "gen_ai_client_token_usage": Promise("histogram", (*GEN_AI, "gen_ai_token_type"), TOKENS),
    "pipeline_requests_total": Promise("counter", ("status",)),
    "pipeline_request_duration_seconds": Promise("histogram"),
    "pipeline_stage_duration_seconds": Promise("histogram", ("stage",)),
    "pipeline_stage_errors_total": Promise("counter", ("stage", "reason")),
    "canary_requests_total": Promise("counter", ("probe", "status")),
    "canary_request_duration_seconds": Promise("histogram", ("probe",)),
    "stack_process_up": Promise("gauge", ("process",)),
    "stack_process_restarts_total": Promise("counter", ("process",)),
    "stack_disk_free_ratio": Promise("gauge", ("path",)),
    "telemetry_label_overflow_total": Promise("counter", ("family", "label")),
    "process_resident_memory_bytes": Promise("gauge"),
    "process_cpu_seconds_total": Promise("counter"),
    "process_open_fds": Promise("gauge"),
    "process_max_fds": Promise("gauge"),
    "process_start_time_seconds": Promise("gauge"),
}

CLOSED = {
    "status": {"success", "error"},
    "source": {"fresh", "cache", "degraded"},
    "platform": {"windows", "linux", "network", "cross-platform"},
    "stage": {"understand", "select", "plan", "execute", "answer"},
    "gen_ai_token_type": {"input", "output"},
}


@pytest.mark.parametrize("name", PROMISED)
def test_a_promised_family_is_declared(name: str) -> None:
    """Every promised family has its kind, exactly its labels, and at least its buckets."""
    family, promise = BY_NAME[name], PROMISED[name]
    assert family.kind == promise.kind
    assert tuple(label.name for label in family.labels) == promise.labels
    assert set(promise.buckets) <= set(family.buckets)


def test_no_family_is_declared_that_nobody_promised() -> None:
    """A new family is a promise to somebody: it is written down here as well."""
    assert set(BY_NAME) == set(PROMISED)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_closed_label_has_the_agreed_values(family: Family) -> None:
    """The values of closed labels are those that clients filter by."""
    for label in family.labels:
        expected = CLOSED.get(label.name)
        if family.name == "selector_requests_total" and label.name == "status":
            expected = {"ok", "error"}
        if expected is not None:
            assert set(label.values) == expected
            assert not label.limit


def test_the_reasons_are_split_into_the_callers_and_the_services() -> None:
    """Each reason is on exactly one side, for the error budget depends on it."""
    assert set(CALLER_REASONS) == {"validation", "tool_not_found", "denied", "approval_required"}
    assert set(SERVICE_REASONS) == {
        "timeout",
        "cancelled",
        "upstream_error",
        "bad_gateway",
        "unavailable",
        "internal",
    }
    assert len(Reason) == len(CALLER_REASONS) + len(SERVICE_REASONS)


def test_a_search_fails_for_the_callers_mistake_or_one_of_three_reasons_of_ours() -> None:
    """Ours are exposed at 0, so that the first of them is seen."""
    family = BY_NAME["selector_request_errors_total"]
    assert set(family.labels[0].values) == {"validation", "cancelled", "unavailable", "internal"}
    assert family.seeded is not None
    assert set(family.seeded["reason"]) == set(family.labels[0].values) - set(CALLER_REASONS)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_family_is_named_and_described_by_the_book(family: Family) -> None:
    """Counters end in _total, times in _seconds, and the help is one sentence."""
    assert (family.kind == "counter") == family.name.endswith("_total")
    assert (family.unit == "seconds") == family.name.removesuffix("_total").endswith("_seconds")
    assert family.help.endswith(".")
    assert "\n" not in family.help
    assert list(family.buckets) == sorted(set(family.buckets))


@pytest.mark.parametrize(
    "name", ["ai_request_duration_seconds", "selector_request_duration_seconds"]
)
def test_request_times_have_finer_buckets_below_the_promised_ones(name: str) -> None:
    """Fast answers do not all fall into the first bucket."""
    family = BY_NAME[name]
    assert sum(bound < min(PROMISED[name].buckets) for bound in family.buckets) >= 3


def test_a_bounded_label_has_one_policy_everywhere() -> None:
    """One list of admitted values serves every family that has the label."""
    policies: dict[str, Label] = {}
    for family in FAMILIES:
        for label in family.labels:
            if label.limit:
                assert policies.setdefault(label.name, label) == label


def test_labels_that_would_be_unbounded_are_absent() -> None:
    """Ids of requests and people belong in logs and exemplars, never in labels."""
    names = {label.name for family in FAMILIES for label in family.labels}
    assert names.isdisjoint({"trace_id", "user", "user_id", "principal", "input", "query", "url"})
