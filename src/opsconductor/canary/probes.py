"""What the canary asks, and what the right answer is."""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx

from opsconductor.contract import PROBES
from opsconductor.settings import Settings

Probe = Callable[[httpx.AsyncClient, Mapping[str, str]], Awaitable[None]]
"""Asks, and raises `WrongAnswerError` or an `httpx.HTTPError` where the answer is not right."""

_OK = 200


class WrongAnswerError(Exception):
    """The system answered, but not what it should have."""


def probes(settings: Settings) -> Mapping[str, Probe]:
    """Every probe of the contract by its name."""
    pipeline = settings.url(settings.pipeline.port)
    automation = settings.url(settings.automation.port)
    made = {
        "pipeline": _sentence(f"{pipeline}/pipeline"),
        "execute": _execution(f"{automation}/ai/execute"),
        "selector": _search(f"{automation}/api/selector/search"),
    }
    return {name: made[name] for name in PROBES}


def _sentence(url: str) -> Probe:
    async def ask(http: httpx.AsyncClient, headers: Mapping[str, str]) -> None:
        """A sentence with a fresh word comes back through all five stages."""
        word = secrets.token_hex(4)
        response = await http.post(url, json={"input": f'echo "canary {word}"'}, headers=headers)
        answer = _json(response).get("answer")
        if answer != f"canary {word}":
            raise WrongAnswerError("the pipeline did not answer with what it was told to echo")

    return ask


def _execution(url: str) -> Probe:
    async def run(http: httpx.AsyncClient, headers: Mapping[str, str]) -> None:
        """`ping` is answered with `pong`."""
        response = await http.post(url, json={"input": "ping", "tool": "echo"}, headers=headers)
        answer = _json(response)
        if answer.get("success") is not True or answer.get("output") != "pong":
            raise WrongAnswerError("echo did not answer ping with pong")

    return run


def _search(url: str) -> Probe:
    async def search(http: httpx.AsyncClient, headers: Mapping[str, str]) -> None:
        """The database finds echo; the marker makes automation-service search past its cache."""
        response = await http.get(url, params={"query": "echo", "k": 1}, headers=headers)
        answer = _json(response)
        found = answer.get("results")
        first = found[0] if isinstance(found, list) and found else None
        if not isinstance(first, dict) or first.get("key") != "echo":
            raise WrongAnswerError("a search for echo did not find it")
        if answer.get("degraded") or answer.get("from_cache"):
            raise WrongAnswerError("the search was not answered by the database")

    return search


def _json(response: httpx.Response) -> dict[str, Any]:
    if response.status_code != _OK:
        raise WrongAnswerError(f"{response.url.path} answered with {response.status_code}")
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise WrongAnswerError(f"{response.url.path} answered with something that is not JSON")
    return answer
