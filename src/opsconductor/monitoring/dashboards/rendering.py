"""Every dashboard as the JSON text that Grafana provisions and the console plays."""

import json
from collections.abc import Mapping
from dataclasses import replace

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from opsconductor.contract import AUTOMATION, EXPOSED, PIPELINE, Family
from opsconductor.monitoring.dashboards import execution, pipeline, selector, slo, stack
from opsconductor.monitoring.dashboards.also_exposed import also_exposed, unread
from opsconductor.monitoring.dashboards.layout import Board, laid_out
from opsconductor.monitoring.rules.rule_settings import rule_settings
from opsconductor.settings import Settings

BOARDS = {
    execution.UID: execution.board,
    selector.UID: selector.board,
    pipeline.UID: pipeline.board,
    slo.UID: slo.board,
    stack.UID: stack.board,
}
AT_HOME: Mapping[str, str] = {AUTOMATION: execution.UID, PIPELINE: pipeline.UID}
"""Where families that no board reads are drawn, by the process that exposes them."""
ELSEWHERE = stack.UID
"""Where those of every other process are drawn."""


def dashboards(
    settings: Settings, exposed: Mapping[str, tuple[Family, ...]] = EXPOSED
) -> dict[str, str]:
    """File name to text, one entry a dashboard: `<uid>.json` and its plain JSON.

    The JSON is the dashboard itself, not wrapped in `{"dashboard": …}`: Grafana's file provisioning
    refuses the wrapped form. Keys are sorted, so that a change of the SDK's order is no change.
    `exposed` are the families of each process; what no board reads gets a panel by itself. Raises
    `SettingsError` for a threshold that cannot work.
    """
    given = rule_settings(settings)
    boards = _completed({uid: board(given) for uid, board in BOARDS.items()}, exposed)
    return {f"{uid}.json": _text(board) for uid, board in boards.items()}


def _completed(
    boards: Mapping[str, Board], exposed: Mapping[str, tuple[Family, ...]]
) -> dict[str, Board]:
    """The boards with a last row for what none of them reads."""
    read = [expression for board in boards.values() for expression in board.expressions()]
    completed = dict(boards)
    for job, families in exposed.items():
        rest = unread(families, read)
        if not rest:
            continue
        # A family of several processes is drawn once, for all of them.
        read += [family.name for family in rest]
        uid = AT_HOME.get(job, ELSEWHERE)
        row = also_exposed(rest, job)
        completed[uid] = replace(completed[uid], rows=(*completed[uid].rows, row))
    return completed


def _text(board: Board) -> str:
    built = laid_out(board).build()
    text = json.dumps(built, cls=JSONEncoder, indent=2, sort_keys=True, ensure_ascii=False)
    return f"{text}\n"
