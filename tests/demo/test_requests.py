"""What the demo's users ask: varied, even, and harmless to a healthy system's alerts."""

from collections import Counter, defaultdict
from itertools import islice, pairwise

import pytest

from opsconductor.demo.requests import Request, Schedule, ordinary_requests
from opsconductor.objectives import MIN_REQUESTS_PER_TOOL, THRESHOLDS
from opsconductor.settings import Settings

ROUNDS = 3
BUDGET = 0.01
"""What execution-success allows."""


@pytest.fixture(scope="module")
def sent() -> list[Request]:
    """Three rounds of the schedule."""
    requests = ordinary_requests(Settings())
    total = sum(weight for _, weight in requests)
    return list(islice(Schedule(requests), ROUNDS * total))


def refused(request: Request) -> bool:
    """Whether the request is the one that fails on the service's side."""
    return request.params.get("port") == 1


def test_each_request_is_sent_as_often_as_its_weight_says(sent: list[Request]) -> None:
    """After whole rounds every request has had its share, to the last one."""
    weights = {
        (r.target, r.text, *r.params.values()): w for r, w in ordinary_requests(Settings())
        if "{number}" not in r.text
    }  # fmt: skip
    seen = Counter((r.target, r.text, *r.params.values()) for r in sent)
    for key, weight in weights.items():
        assert seen[key] == ROUNDS * weight


def test_the_order_is_the_same_each_time(sent: list[Request]) -> None:
    """Nothing is left to chance: a second schedule sends the same."""
    assert list(islice(Schedule(ordinary_requests(Settings())), len(sent))) == sent


def test_errors_stay_far_below_what_any_alert_looks_for(sent: list[Request]) -> None:
    """In every five minutes at one a second, no ratio comes near its threshold."""
    limit = THRESHOLDS["AIExecutionErrorRateHigh"]
    assert sum(map(refused, sent)) / len(sent) < BUDGET / 4
    for start in range(0, len(sent) - limit.window, 10):
        window = sent[start : start + limit.window]
        errors, runs = defaultdict[str, int](int), Counter(r.text for r in window)
        for request in window:
            errors[request.text] += refused(request)
        assert sum(errors.values()) / len(window) <= limit.limit / 10
        for tool, count in errors.items():
            if runs[tool] >= MIN_REQUESTS_PER_TOOL:
                assert count / runs[tool] < limit.limit


def test_no_request_comes_in_a_burst(sent: list[Request]) -> None:
    """Even the commonest is never sent three times running, and failures are a round apart."""
    assert all(len(set(three)) > 1 for three in _runs_of_three(sent))
    failures = [index for index, request in enumerate(sent) if refused(request)]
    assert {later - earlier for earlier, later in pairwise(failures)} == {len(sent) // ROUNDS}


def _runs_of_three(sent: list[Request]) -> list[tuple[str, str, str]]:
    texts = [f"{request.text} {request.params}" for request in sent]
    return list(zip(texts, texts[1:], texts[2:], strict=False))


def test_fresh_searches_are_new_each_time_and_others_repeat(sent: list[Request]) -> None:
    """Both sources of the selector's answers move: the database and the cache."""
    searches = Counter(request.text for request in sent if request.target == "search")
    assert sum(times == 1 for times in searches.values()) >= ROUNDS * 25
    assert sum(times > 1 for times in searches.values()) >= 5


def test_nothing_slow_or_far_away_is_run(sent: list[Request]) -> None:
    """What may lack on a bare machine, takes seconds or leaves it is planned at most."""
    for request in sent:
        if request.target == "tool":
            assert request.text not in {"package_updates", "ping", "service_status"}
            assert request.params.get("host", "localhost") == "localhost"


def test_a_log_is_read_only_where_one_is_written(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Without a log of the system's own, nobody asks for one."""
    state = tmp_path_factory.mktemp("state")

    def logs() -> list[Request]:
        requests = ordinary_requests(Settings(state_dir=state))
        return [r for r, _ in requests if r.text == "log_tail" and "/etc" not in r.params["path"]]

    assert logs() == []
    (state / "logs").mkdir()
    (state / "logs" / "console.log").touch()
    assert [r.params["path"] for r in logs()] == [str(state / "logs" / "console.log")]
