"""The Executions pages, with automation-service up and down."""

from typing import Any

import httpx
import pytest

HOSTILE = "<script>alert(1)</script>"
TRACE = "a" * 32


def _execution(trace_id: str = TRACE, **changes: Any) -> dict[str, Any]:
    return {
        "id": trace_id[::-1],
        "trace_id": trace_id,
        "principal": "local",
        "tool": "echo",
        "params": {"text": HOSTILE},
        "status": "success",
        "reason": None,
        "error": None,
        "started_at": "2026-01-01T10:00:00.5+00:00",
        "finished_at": "2026-01-01T10:00:01+00:00",
        "duration_ms": 1234.5,
        "exit_code": 0,
        "truncated": False,
        "redacted": False,
    } | changes


def _detail(**changes: Any) -> dict[str, Any]:
    line = {"at": "2026-01-01T10:00:00.75+00:00", "stream": "stderr", "text": HOSTILE}
    one = _execution(output=HOSTILE, lines=[line], **changes)
    return {**one, "executions": [one]}


def _listing(*executions: dict[str, Any]) -> dict[str, Any]:
    return {"executions": list(executions), "count": len(executions)}


@pytest.fixture
def automation(upstreams: Any) -> Any:
    """automation-service with one execution."""
    service = upstreams["automation"]
    service.answer("/executions", _listing(_execution()))
    service.answer("/ai/tools/list", {"tools": []})
    return service


def test_the_list_shows_what_was_run(browser: httpx.Client, automation: Any) -> None:
    """Each execution has its tool, status, parameters, duration and trace."""
    page = browser.get("/executions").text
    assert "<b>echo</b>" in page
    assert "success" in page
    assert "1.23 s" in page
    assert f'href="/executions/{TRACE}"' in page
    assert HOSTILE not in page
    assert "text=&lt;script&gt;" in page


def test_the_filter_is_passed_on(browser: httpx.Client, automation: Any) -> None:
    """Status, tool and time go to automation-service, and what is not understood does not."""
    page = browser.get("/executions?status=error&tool=echo&period=1h&limit=200").text
    asked = next(path for path in automation.asked if path.startswith("/executions"))
    query = httpx.QueryParams(asked.partition("?")[2])
    assert (query["status"], query["tool"], query["limit"]) == ("error", "echo", "200")
    assert query["since"]
    assert f"/executions/{TRACE}?status=error&amp;tool=echo&amp;period=1h&amp;limit=200" in page
    automation.asked.clear()
    browser.get("/executions?status=nonsense&period=99y&limit=7&tool=")
    asked = next(path for path in automation.asked if path.startswith("/executions"))
    assert asked == "/executions?limit=50"


def test_a_full_list_offers_more(browser: httpx.Client, automation: Any) -> None:
    """Where there may be more, a larger list is a click away."""
    assert "Show up to" not in browser.get("/executions").text
    many = [_execution(f"{number:032x}") for number in range(50)]
    automation.answer("/executions", _listing(*many))
    assert 'href="/executions?limit=200"' in browser.get("/executions").text


def test_an_empty_list_says_what_to_do(browser: httpx.Client, automation: Any) -> None:
    """Nothing run and nothing found are different."""
    automation.answer("/executions", _listing())
    assert "opsconductor run" in browser.get("/executions").text
    assert "Nothing fits the filter" in browser.get("/executions?status=error").text


def test_the_last_known_list_stays_while_the_service_is_down(
    browser: httpx.Client, automation: Any
) -> None:
    """The page says that the service does not answer and keeps the rows."""
    browser.get("/executions")
    automation.answer("/executions", {"detail": "down"}, 503)
    page = browser.get("/executions").text
    assert "automation-service does not answer" in page
    assert TRACE[:12] in page
    never_asked = browser.get("/executions?tool=other").text
    assert "Nothing of this list is known yet" in never_asked
    assert "No execution to show" in never_asked


def test_one_execution_is_shown_whole(browser: httpx.Client, automation: Any) -> None:
    """Parameters, result and log lines are there, and none of them is run."""
    automation.answer(f"/executions/{TRACE}", _detail())
    page = browser.get(f"/executions/{TRACE}").text
    assert HOSTILE not in page
    assert page.count("&lt;script&gt;") == 3
    assert "2026-01-01 10:00:00 UTC" in page
    assert "10:00:00.750" in page
    assert 'data-refresh-from="/pill"' in page


def test_a_failure_says_its_reason(browser: httpx.Client, automation: Any) -> None:
    """Reason and message stand out."""
    error = {"code": "timeout", "message": "it took too long"}
    automation.answer(
        f"/executions/{TRACE}", _detail(status="error", reason="timeout", error=error)
    )
    page = browser.get(f"/executions/{TRACE}").text
    assert "it took too long" in page
    assert "timeout" in page


def test_a_running_execution_is_followed(browser: httpx.Client, automation: Any) -> None:
    """The page of a run that goes on refreshes itself."""
    detail = _detail(status="running", duration_ms=None, finished_at=None, exit_code=None)
    automation.answer(f"/executions/{TRACE}", detail)
    page = browser.get(f"/executions/{TRACE}").text
    assert "still running" in page
    assert 'data-refresh-seconds="2"' in page


def test_neighbours_are_a_click_away(browser: httpx.Client, automation: Any) -> None:
    """Newer and older lead along the list that the reader came from."""
    newer, older = "b" * 32, "c" * 32
    listing = _listing(_execution(newer), _execution(), _execution(older))
    automation.answer("/executions", listing)
    automation.answer(f"/executions/{TRACE}", _detail())
    page = browser.get(f"/executions/{TRACE}?status=success").text
    assert f'href="/executions/{newer}?status=success" rel="prev"' in page
    assert f'href="/executions/{older}?status=success" rel="next"' in page


@pytest.mark.parametrize("trace_id", ["f" * 32, "no%20such", "%3Cscript%3E", "x" * 300])
def test_an_unknown_execution_is_a_clear_404(
    browser: httpx.Client, automation: Any, trace_id: str
) -> None:
    """A trace that nobody knows gets a page that says so."""
    answer = browser.get(f"/executions/{trace_id}")
    assert answer.status_code == 404
    assert "No execution has the trace" in answer.text
    assert "<script>" not in answer.text


def test_one_execution_without_the_service_is_a_502(browser: httpx.Client, automation: Any) -> None:
    """The page names the service that does not answer and what to run."""
    automation.answer(f"/executions/{TRACE}", {"detail": "down"}, 500)
    answer = browser.get(f"/executions/{TRACE}")
    assert answer.status_code == 502
    assert "automation-service" in answer.text
    assert "opsconductor status" in answer.text
