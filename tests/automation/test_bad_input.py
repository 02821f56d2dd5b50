"""Requests that never reach a tool."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from opsconductor.contract import Reason
from opsconductor.serving.body_limit import LINGER_BYTES

pytestmark = pytest.mark.anyio

Count = Callable[[str, str], float]
JSON = {"content-type": "application/json"}

MALFORMED = {
    "nothing": b"",
    "cut off": b'{"input": "pi',
    "a list": b"[]",
    "a number": b"5",
    "not UTF-8": b'{"input": "\xff\xfe"}',
    "nested without end": b"[" * 200_000,
    "a trailing comma": b'{"input": "a",}',
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
@pytest.mark.parametrize("path", ["/ai/execute", "/ai/tools/execute"])
async def test_malformed_json_is_refused_and_counted(
    client: httpx.AsyncClient, failed: Count, path: str, body: bytes
) -> None:
    """Whatever is not a JSON object must be 422 with a list of problems, counted once."""
    answer = await client.post(path, content=body, headers=JSON)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["msg"]
    assert answer.json()["error"]["code"] == Reason.VALIDATION
    assert failed(Reason.VALIDATION, "unknown") == 1


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"input": ""}, "echo"),
    ({"input": "  \n "}, "echo"),
    ({"input": "x" * 4001}, "echo"),
    ({"input": 5}, "echo"),
    ({"tool": "failing"}, "failing"),
    ({"input": "a", "tool": "failing", "params": []}, "failing"),
    ({"input": "a", "trace_id": "has spaces"}, "echo"),
    ({"input": "a", "trace_id": "x" * 65}, "echo"),
    ({"input": "a", "tool": ""}, "unknown"),
]


@pytest.mark.parametrize(("body", "label"), WRONG)
async def test_a_wrong_field_is_refused_under_the_tool_that_was_named(
    client: httpx.AsyncClient, failed: Count, body: dict[str, Any], label: str
) -> None:
    """A field that breaks its rule must be 422, counted for the tool if that is known."""
    answer = await client.post("/ai/execute", json=body)
    assert answer.status_code == 422
    assert failed(Reason.VALIDATION, label) == 1


async def test_half_a_surrogate_pair_is_refused(client: httpx.AsyncClient) -> None:
    """Text that no database takes must be refused, wherever it stands."""
    bodies = (
        '{"input": "\\ud800"}',
        '{"input": "a", "params": {"text": "\\ud800"}}',
        '{"input": "a", "tool": "\\udfff"}',
        '{"input": "a", "params": {"text": NaN}}',
    )
    for body in bodies:
        answer = await client.post("/ai/execute", content=body, headers=JSON)
        assert answer.status_code == 422, body


async def test_the_answer_does_not_repeat_what_was_sent(client: httpx.AsyncClient) -> None:
    """A secret in a wrong body must not come back in the error."""
    body = {"input": "", "params": {"password": "hunter2hunter2"}}
    answer = await client.post("/ai/execute", json=body)
    assert "hunter2" not in answer.text


@pytest.mark.parametrize("text", ["; rm -rf /", "a\nb\n$(reboot)", "`id`", "--help", "\t\u2028"])
async def test_shell_syntax_is_only_text(client: httpx.AsyncClient, text: str) -> None:
    """What a shell would obey must come back as the text it is."""
    answer = await client.post("/ai/execute", json={"input": text, "params": {"text": text}})
    if answer.status_code == 200:
        assert answer.json()["output"] == text
    else:
        assert answer.status_code == 422


async def test_a_nul_byte_in_a_parameter_is_stored_or_refused(client: httpx.AsyncClient) -> None:
    """A NUL must break neither the run's record nor the answer."""
    answer = await client.post("/ai/execute", json={"input": "a\0b"})
    assert answer.status_code in {200, 422}


async def test_a_body_over_the_limit_is_refused_while_it_is_read(
    client: httpx.AsyncClient, failed: Count
) -> None:
    """Beyond 1 MiB the answer must be 413, declared or chunked, each counted once."""
    declared = await client.post("/ai/execute", content=b"x" * 1_048_577, headers=JSON)
    assert declared.status_code == 413
    assert failed(Reason.VALIDATION, "unknown") == 1
    sent = 0

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += 65_536
            yield b"x" * 65_536

    chunked = await client.post("/ai/execute", content=chunks(), headers=JSON)
    assert chunked.status_code == 413
    assert failed(Reason.VALIDATION, "unknown") == 2
    assert sent <= 1_048_576 + LINGER_BYTES + 2 * 65_536


async def test_a_body_at_the_limit_is_read(client: httpx.AsyncClient) -> None:
    """A body of exactly the limit must be read: the fields are judged, not the size."""
    filler = 1_048_576 - len(json.dumps({"input": ""}))
    body = json.dumps({"input": "x" * filler})
    assert len(body) == 1_048_576
    answer = await client.post("/ai/execute", content=body, headers=JSON)
    assert answer.status_code == 422
