"""Rates over `$__interval`, which may be shorter than the time between two scrapes."""

from collections.abc import Iterator
from datetime import timedelta

from promql_parser import Call, MatrixSelector

from opsconductor.monitoring.lint.dashboard import Dashboard
from opsconductor.monitoring.lint.dashboard_context import DashboardContext
from opsconductor.monitoring.lint.dashboard_queries import Expression, expressions
from opsconductor.monitoring.lint.dashboards.example import board, example, panel, target
from opsconductor.monitoring.lint.finding import Edit, Example, Finding, Kind, Level
from opsconductor.monitoring.lint.variable_values import values
from opsconductor.monitoring.lint.variables import INTERVAL, REFERENCE, names, substitute
from opsconductor.monitoring.promql.syntax import PromQLError, parse, walk


def _over(window: str) -> Example:
    by_status = f"sum by (status) (rate(ai_requests_total[{window}]))"
    return example(board(panel(targets=[target(expr=by_status)])))


INSTEAD = Kind(
    id="interval-instead-of-rate-interval",
    title="A rate over `$__interval`",
    level=Level.ERROR,
    why=(
        "`$__interval` is the distance of the graph's points: zoomed in it is shorter than the "
        "distance of two scrapes, and the rate is empty; zoomed out, each window misses the "
        "increase between it and the one before. `$__rate_interval` is made for this: four scrapes "
        "at least, and as long as the points are apart, plus one scrape."
    ),
    remedy="Write `$__rate_interval`.",
    bad=_over("$__interval"),
    good=_over("$__rate_interval"),
)
KINDS = (INSTEAD,)

_OVER_INCREASE = frozenset({"rate", "irate", "increase", "delta", "idelta", "deriv"})
"""Functions that need several samples in their window."""
_MARK_MS = 1_000_000_007
"""Windows of this many milliseconds, and one more for each further one, mark `$__interval`."""


def check(dashboard: Dashboard, context: DashboardContext) -> Iterator[Finding]:
    """Each `$__interval` is given a length of its own, by which its window is found in the tree."""
    held = values(dashboard, context.schema.scrape_interval)
    for found in expressions(dashboard, context.schema.scrape_interval):
        if INTERVAL not in names(found.written) or not found.is_readable:
            continue
        marked = substitute(found.written, held, lambda index: f"{_MARK_MS + index}ms")
        meant = _meant(marked.text)
        if meant:
            functions = " and ".join(sorted(set(meant.values())))
            yield Finding(
                kind=INSTEAD,
                position=dashboard.position(found.node),
                subject=found.subject,
                explanation=f"The window of {functions} is `$__interval`.",
                edit=_edit(dashboard, found, set(meant)),
            )


def _meant(text: str) -> dict[int, str]:
    """Which of the `$__interval`, counted from 0, are windows of a function, and of which."""
    try:
        tree = parse(text)
    except PromQLError:
        return {}
    found = {}
    for node in walk(tree):
        if isinstance(node, Call) and node.func.name in _OVER_INCREASE:
            for argument in node.args:
                index = _index(argument.range) if isinstance(argument, MatrixSelector) else -1
                if index >= 0:
                    found[index] = node.func.name
    return found


def _index(window: timedelta) -> int:
    return round(window / timedelta(milliseconds=1)) - _MARK_MS


def _edit(dashboard: Dashboard, found: Expression, meant: set[int]) -> Edit | None:
    """The field with the names replaced; none where the field spells the `$` in another way."""
    node = found.node
    old = dashboard.text[node.start : node.end]
    places = [match for match in REFERENCE.finditer(old) if names(match.group()) == [INTERVAL]]
    if len(places) != names(found.written).count(INTERVAL):
        return None
    new, end = [], 0
    for index, match in enumerate(places):
        text = match.group()
        wanted = text.replace(INTERVAL, "__rate_interval", 1) if index in meant else text
        new += [old[end : match.start()], wanted]
        end = match.end()
    return Edit(node.line, node.line, old, "".join([*new, old[end:]]))
