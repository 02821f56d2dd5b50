"""The search for tools over HTTP."""

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from httpx import QueryParams

from opsconductor.automation.store import ToolIndex
from opsconductor.contract import families
from opsconductor.serving import PROBE_HEADER
from opsconductor.settings import Settings

pytestmark = pytest.mark.anyio

PATH = "/api/selector/search"
Samples = Callable[[], dict[str, float]]


def errors(samples: Samples) -> dict[str, float]:
    """The reasons for which searches failed, and that all errors together are as many."""
    found = samples()
    start = f'{families.SELECTOR_REQUEST_ERRORS.name}{{reason="'
    reasons = {
        name.removeprefix(start).partition('"')[0]: value
        for name, value in found.items()
        if name.startswith(start) and value
    }
    ended = f"{families.SELECTOR_REQUESTS.name}{{"
    failed = [v for name, v in found.items() if name.startswith(ended) and 'status="error"' in name]
    assert sum(failed) == sum(reasons.values())
    return reasons


async def test_an_answer_has_the_agreed_fields(client: httpx.AsyncClient) -> None:
    """Every field of the contract must be there, and repeat what was asked for."""
    params = QueryParams({"query": " Counts numbers ", "platform": ["Linux", "network"], "k": 2})
    body = (await client.get(PATH, params=params)).json()
    assert body["query"] == "Counts numbers"
    assert body["k"] == 2
    assert body["platform"] == body["platforms"] == ["linux", "network"]
    assert (body["from_cache"], body["degraded"]) == (False, False)
    assert body["duration_ms"] > 0
    assert body["results"][0].keys() == {"key", "name", "short_desc", "platform", "tags", "score"}
    assert body["results"][0]["key"] == "counter"
    again = (await client.get(PATH, params=params)).json()
    assert again["from_cache"] is True


@pytest.mark.parametrize(
    "params",
    [
        [("query", "test"), ("platform", "linux"), ("platform", "network")],
        [("query", "test"), ("platforms", "linux,network")],
        [("query", "test"), ("platforms", "network"), ("platform", "linux")],
    ],
)
async def test_platforms_may_be_given_in_either_name_and_form(
    client: httpx.AsyncClient, params: list[tuple[str, str | int | float | bool | None]]
) -> None:
    """Repeated, comma-separated and mixed platforms must mean the same."""
    body = (await client.get(PATH, params=QueryParams(params))).json()
    assert sorted(body["platforms"]) == ["linux", "network"]
    assert body["results"]


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ([], "QUERY_EMPTY"),
        ([("query", "  ")], "QUERY_EMPTY"),
        ([("query", "x" * 201)], "QUERY_TOO_LONG"),
        ([("query", "x"), *[("platform", f"p{n}") for n in range(6)]], "TOO_MANY_PLATFORMS"),
        ([("query", "x"), ("platform", "p" * 33)], "INVALID_PLATFORM_LENGTH"),
        ([("query", "x"), ("platform", "")], "INVALID_PLATFORM_LENGTH"),
    ],
)
async def test_a_search_that_breaks_a_rule_is_told_which(
    client: httpx.AsyncClient,
    samples: Callable[[], dict[str, float]],
    params: list[tuple[str, str | int | float | bool | None]],
    code: str,
) -> None:
    """Each rule has its code under `detail`, with 400, and the refusal is the caller's mistake."""
    answer = await client.get(PATH, params=QueryParams(params))
    assert answer.status_code == 400
    assert answer.json()["detail"]["code"] == code
    counted = {
        name: value
        for name, value in samples().items()
        if name.startswith(f"{families.SELECTOR_REQUESTS.name}{{") and value
    }
    assert list(counted.values()) == [1]
    assert all('status="error"' in name for name in counted)
    assert errors(samples) == {"validation": 1}


@pytest.mark.parametrize("k", ["0", "21", "many"])
async def test_k_is_between_one_and_twenty(
    client: httpx.AsyncClient, samples: Samples, k: str
) -> None:
    """A k out of range must be 422, and is the caller's mistake."""
    assert (await client.get(PATH, params={"query": "x", "k": k})).status_code == 422
    assert errors(samples) == {"validation": 1}


async def test_the_limits_themselves_are_allowed(client: httpx.AsyncClient) -> None:
    """200 characters, 20 results and five platforms of 32 characters must be searched for."""
    platforms = [f"{number:032d}" for number in range(5)]
    params = QueryParams({"query": "x" * 200, "k": 20, "platform": platforms})
    assert (await client.get(PATH, params=params)).status_code == 200


async def test_without_its_database_the_search_says_so(
    client: httpx.AsyncClient, settings: Settings, samples: Callable[[], dict[str, float]]
) -> None:
    """A new query must be 503 with the agreed body; a known one comes from the cache."""
    await client.get(PATH, params={"query": "known"})
    remove(settings.state / "automation.sqlite3")
    answer = await client.get(PATH, params={"query": "unknown"})
    hint = answer.json()["hint"]
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "30"
    assert answer.json() == {
        "error": "DependencyUnavailable",
        "code": "SELECTOR_DB_UNAVAILABLE",
        "degraded": False,
        "hint": hint,
        "retry_after_sec": 30,
    }
    assert samples()[families.SELECTOR_DB_ERRORS.name] == 1
    assert errors(samples) == {"unavailable": 1}
    assert (await client.get(PATH, params={"query": "known"})).status_code == 200


async def test_a_search_that_breaks_down_is_our_error(
    client: httpx.AsyncClient, samples: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A defect must be 500 and counted as `internal`."""

    async def broken(*_arguments: object) -> list[object]:
        raise RuntimeError("a defect")

    monkeypatch.setattr(ToolIndex, "search", broken)
    assert (await client.get(PATH, params={"query": "x"})).status_code == 500
    assert errors(samples) == {"internal": 1}


async def test_a_probes_search_enters_no_family_however_it_ends(
    client: httpx.AsyncClient, settings: Settings, samples: Samples
) -> None:
    """The canary counts its own searches; here none may show."""
    before = {name: value for name, value in samples().items() if name.startswith("selector_")}
    remove(settings.state / "automation.sqlite3")
    for params, status in (({"query": "x"}, 503), ({"query": ""}, 400), ({"k": "0"}, 422)):
        answer = await client.get(PATH, params=params, headers={PROBE_HEADER: "selector"})
        assert answer.status_code == status
    after = {name: value for name, value in samples().items() if name.startswith("selector_")}
    assert after == before


async def test_a_tool_that_was_added_is_found_after_a_reload(
    client: httpx.AsyncClient, tools_dir: Path
) -> None:
    """Reloading must make a new tool listed, found and runnable, and name a broken file."""
    assert (await client.get(PATH, params={"query": "zebra"})).json()["results"] == []
    add_zebra(tools_dir)
    reloaded = (await client.post("/ai/tools/reload")).json()
    assert "zebra" in reloaded["tools"]
    assert list(reloaded["broken"]) == ["broken.toml"]
    found = (await client.get(PATH, params={"query": "zebra"})).json()
    assert [match["key"] for match in found["results"]] == ["zebra"]
    ran = await client.post("/ai/tools/execute", json={"name": "zebra"})
    assert ran.json()["success"] is True
    listed = (await client.get("/ai/tools/list", params={"platform": "network"})).json()
    assert listed["tools"] == []


def remove(database: Path) -> None:
    """Delete a database with everything that belongs to it."""
    for part in database.parent.glob(f"{database.name}*"):
        part.unlink()


def add_zebra(folder: Path) -> None:
    """Add a tool, and a file that is none."""
    text = (folder / "counter.toml").read_text(encoding="utf-8").replace("counter", "zebra")
    (folder / "zebra.toml").write_text(text, encoding="utf-8")
    (folder / "broken.toml").write_text("name = ", encoding="utf-8")
