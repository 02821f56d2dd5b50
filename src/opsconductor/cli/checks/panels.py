"""Every query of every dashboard answers, asked the way the console asks."""

import time
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import httpx

from opsconductor.cli.checks.finding import Finding, Running

WINDOW_SECONDS = 300
ADVICE = "open the panel in the console; regenerate the dashboards with 'make generate'"
UNREACHABLE = "see the lines of the processes above"
_GATEWAY = frozenset({502, 503, 504})
"""The console's answer where it is the data source that gives none."""
_PATHS = {"prometheus": "api/v1/query_range", "loki": "loki/api/v1/query_range"}


async def answer(running: Running) -> AsyncIterator[Finding]:
    """Each dashboard is served, and each of its queries answers without an error."""
    listing = (await running.console.get("/api/dashboards")).raise_for_status().json()
    for file, error in listing["broken"].items():
        yield Finding(f"dashboard {file}", error, ADVICE)
    if not listing["dashboards"]:
        yield Finding("dashboards", "there are none", "run 'make generate'")
    for entry in listing["dashboards"]:
        address = f"/api/dashboards/{entry['uid']}"
        board = (await running.console.get(address)).raise_for_status().json()
        async for finding in _board(running, board):
            yield finding


async def _board(running: Running, board: Mapping[str, Any]) -> AsyncIterator[Finding]:
    what, asked = f"dashboard {board['title']}", 0
    empty: dict[str, None] = {}
    variables = _variables(board, running)
    for panel, target in _targets(board["panels"]):
        title, kind = panel["title"], target["datasource"]["type"]
        found = await _ask(running.console, kind, substitute(target["expr"], variables))
        if isinstance(found, httpx.Response):
            yield _refused(f"{what}, panel {title}", found)
        asked += 1
        if found == 0 and not _explains_itself(panel):
            empty[title] = None
    if not asked:
        yield Finding(what, "it asks nothing", ADVICE)
        return
    said = f"{asked} queries answer"
    yield Finding(what, f"{said}; no data yet in {', '.join(empty)}" if empty else said)


def _explains_itself(panel: Mapping[str, Any]) -> bool:
    """Whether the panel has words for the case that there is nothing to show."""
    return bool(panel.get("fieldConfig", {}).get("defaults", {}).get("noValue"))


def _refused(what: str, response: httpx.Response) -> Finding:
    try:
        told = str(response.json()["error"])
    except (ValueError, KeyError, TypeError):
        told = response.text[:200]
    advice = UNREACHABLE if response.status_code in _GATEWAY else ADVICE
    return Finding(what, f"{response.status_code}: {told}", advice)


async def _ask(console: httpx.AsyncClient, kind: str, expression: str) -> int | httpx.Response:
    """How many series or streams the query has, or the answer that refuses it."""
    now = time.time()
    unit = 1_000_000_000 if kind == "loki" else 1
    params: dict[str, str | int] = {
        "query": expression,
        "start": int((now - WINDOW_SECONDS) * unit),
        "end": int(now * unit),
        "step": 15,
    }
    response = await console.get(f"/api/datasources/proxy/uid/{kind}/{_PATHS[kind]}", params=params)
    if response.is_error:
        return response
    return len(response.json()["data"]["result"])


def _targets(
    panels: list[Mapping[str, Any]],
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Each panel with each of its queries, those in folded rows too."""
    for panel in panels:
        for target in panel.get("targets") or ():
            yield panel, target
        yield from _targets(panel.get("panels") or [])


def _variables(board: Mapping[str, Any], running: Running) -> dict[str, str]:
    """What Grafana puts in place of each name, with every choice selected."""
    interval = running.settings.prometheus.scrape_interval_seconds
    values = {
        "__rate_interval": f"{max(60, round(4 * interval))}s",
        "__interval": "15s",
        "__range": f"{WINDOW_SECONDS}s",
    }
    for variable in board.get("templating", {}).get("list", ()):
        if variable.get("includeAll"):
            values[variable["name"]] = variable.get("allValue") or ".*"
        else:
            values[variable["name"]] = str(variable.get("current", {}).get("value", ""))
    return values


def substitute(expression: str, variables: Mapping[str, str]) -> str:
    """The expression with `$name` and `${name}` replaced, longest names first."""
    for name in sorted(variables, key=len, reverse=True):
        expression = expression.replace(f"${{{name}}}", variables[name])
        expression = expression.replace(f"${name}", variables[name])
    return expression
