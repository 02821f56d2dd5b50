"""Things that are there twice where one is meant: uid, panel id, query letter, key."""

from collections.abc import Iterator

from opsconductor.monitoring.lint.dashboard import Dashboard
from opsconductor.monitoring.lint.dashboard_context import DashboardContext
from opsconductor.monitoring.lint.dashboards.example import board, example, panel, target
from opsconductor.monitoring.lint.finding import Example, Finding, Kind, Level, Position

_BESIDE = {"x": 12, "y": 0, "w": 12, "h": 8}
_SECOND = target(refId="B", expr="sum(rate(selector_requests_total[$__rate_interval]))")
_SECOND["legendFormat"] = "searches"

DUPLICATE_PANEL_ID = Kind(
    id="duplicate-panel-id",
    title="Two panels have the same id",
    level=Level.ERROR,
    why=(
        "Links, alerts and `viewPanel` name a panel by its id: they lead to one of the two, and "
        "Grafana may draw the queries of one in the other."
    ),
    remedy="Give each panel an id of its own.",
    bad=example(board(panel(), panel(title="Errors", gridPos=_BESIDE))),
    good=example(board(panel(), panel(id=2, title="Errors", gridPos=_BESIDE))),
)
DUPLICATE_REF_ID = Kind(
    id="duplicate-ref-id",
    title="Two queries of a panel have the same letter",
    level=Level.ERROR,
    why=(
        "Overrides, expressions and alerts name a query by its `refId`; of two with the same one "
        "Grafana shows one, or mixes them up."
    ),
    remedy="Give each query of the panel a `refId` of its own.",
    bad=example(board(panel(targets=[target(), _SECOND | {"refId": "A"}]))),
    good=example(board(panel(targets=[target(), _SECOND]))),
)
DUPLICATE_UID = Kind(
    id="duplicate-uid",
    title="Two dashboards have the same uid",
    level=Level.ERROR,
    why=(
        "Grafana keeps one dashboard for each uid. Of two files with the same one the last read "
        "wins, and provisioning stops writing to its database."
    ),
    remedy="Give each dashboard a uid of its own.",
    bad=example(board(title="Copy of Example"), beside=board()),
    good=example(board(title="Another", uid="another"), beside=board()),
)
REPEATED_KEY = Kind(
    id="repeated-key",
    title="An object has the same key twice",
    level=Level.ERROR,
    why="The last one counts, and the first is silently lost: most often a merge gone wrong.",
    remedy="Keep one of the two.",
    bad=Example(
        example(board()).text.replace('"refId"', '"expr": "up",\n          "refId"'), "dashboard"
    ),
    good=example(board()),
)
KINDS = (DUPLICATE_PANEL_ID, DUPLICATE_REF_ID, DUPLICATE_UID, REPEATED_KEY)


def check(dashboard: Dashboard, context: DashboardContext) -> Iterator[Finding]:
    """Each repetition is reported where it stands, with the place of the first."""
    yield from _panel_ids(dashboard)
    yield from _ref_ids(dashboard)
    yield from _uids(dashboard, context)
    for node in (dashboard.wrapper or dashboard.root).walk():
        for key, line, column in node.repeated:
            yield Finding(
                kind=REPEATED_KEY,
                position=Position(dashboard.file, line, column),
                subject=dashboard.subject,
                explanation=f"The object has the key `{key}` a second time.",
            )


def _panel_ids(dashboard: Dashboard) -> Iterator[Finding]:
    first: dict[int, Position] = {}
    for one in dashboard.panels:
        if one.id is None or one.id <= 0:
            continue  # Grafana gives it one
        position = dashboard.position(one.node.get("id"))
        if one.id in first:
            yield Finding(
                kind=DUPLICATE_PANEL_ID,
                position=position,
                subject=one.subject,
                explanation=f"The id {one.id} is taken by the panel of line {first[one.id].line}.",
            )
        first.setdefault(one.id, position)


def _ref_ids(dashboard: Dashboard) -> Iterator[Finding]:
    for one in dashboard.panels:
        seen: set[str] = set()
        for query in one.targets:
            if query.ref_id and query.ref_id in seen:
                yield Finding(
                    kind=DUPLICATE_REF_ID,
                    position=dashboard.position(query.node.get("refId")),
                    subject=one.subject,
                    explanation=f"Two queries of the panel are called {query.ref_id}.",
                )
            seen.add(query.ref_id)


def _uids(dashboard: Dashboard, context: DashboardContext) -> Iterator[Finding]:
    if not dashboard.uid:
        return
    for other in context.dashboards:
        if other is dashboard:
            return
        if other.uid == dashboard.uid:
            yield Finding(
                kind=DUPLICATE_UID,
                position=dashboard.position(dashboard.root.get("uid")),
                subject=dashboard.subject,
                explanation=f"The uid `{dashboard.uid}` is that of {other.file}.",
            )
            return
