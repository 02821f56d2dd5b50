"""Variables that are used and not there, there and not used, or without a value."""

from collections.abc import Iterator

from opsconductor.monitoring.lint.dashboard import Dashboard, Variable
from opsconductor.monitoring.lint.dashboard_context import DashboardContext
from opsconductor.monitoring.lint.dashboard_queries import expressions
from opsconductor.monitoring.lint.dashboard_source import Source
from opsconductor.monitoring.lint.dashboards.example import (
    CHOICE,
    Fields,
    board,
    example,
    panel,
    target,
)
from opsconductor.monitoring.lint.finding import Example, Finding, Kind, Level
from opsconductor.monitoring.lint.located_json import Node
from opsconductor.monitoring.lint.variable_values import values
from opsconductor.monitoring.lint.variables import names


def _by_tool(*variables: Fields) -> Example:
    by_tool = 'sum by (status) (rate(ai_requests_total{tool=~"$tool"}[$__rate_interval]))'
    return example(board(panel(targets=[target(expr=by_tool)]), variables=variables))


def _grouped(*chosen: str) -> Example:
    """A panel that groups by a variable of which the file says a value, or none."""
    by_label = "sum by ($label) (rate(ai_requests_total[$__rate_interval]))"
    asked: Fields = {"name": "label", "type": "query", "datasource": CHOICE}
    asked |= {"query": "label_names()", "current": {"value": list(chosen)} if chosen else {}}
    shown = panel(targets=[target(expr=by_label, legendFormat="__auto")])
    return example(board(shown, variables=(asked,)))


_TOOL: Fields = {
    "name": "tool",
    "type": "query",
    "datasource": CHOICE,
    "query": "label_values(ai_requests_total, tool)",
}

UNDEFINED = Kind(
    id="undefined-variable",
    title="A variable is used that the dashboard does not have",
    level=Level.ERROR,
    why=(
        "Grafana leaves a name that it does not know as it is: Prometheus is asked for series "
        "whose label is `$tool`, and the panel stays empty, which looks like silence."
    ),
    remedy="Declare the variable, or correct its name.",
    bad=_by_tool(),
    good=_by_tool(_TOOL),
)
UNUSED = Kind(
    id="unused-variable",
    title="A variable is not used",
    level=Level.WARNING,
    why=(
        "The button is there, somebody presses it and believes that the panels now show what was "
        "chosen."
    ),
    remedy="Use the variable in the panels, or remove it.",
    bad=example(board(variables=(_TOOL,))),
    good=_by_tool(_TOOL),
)
UNRESOLVED = Kind(
    id="unresolved-variable",
    title="An expression cannot be checked, for a variable in it has no known value",
    level=Level.NOTE,
    why=(
        "In a label matcher a variable may hold anything. Where it is a label's or a function's "
        "name, a number or a duration, the expression has no meaning without its value, and a "
        "variable that is filled by a query has none in the file."
    ),
    remedy="Save the dashboard with a value chosen (`current`), so that lint can read it.",
    bad=_grouped(),
    good=_grouped("status"),
)
KINDS = (UNDEFINED, UNUSED, UNRESOLVED)

_UNSEEN = frozenset({"adhoc", "groupby", "system", "snapshot"})
"""Types that Grafana applies by itself, without a reference to them."""
_ALL_VARIABLES = "__all_variables"


def check(dashboard: Dashboard, context: DashboardContext) -> Iterator[Finding]:
    """Expressions and data sources for what is undefined, every text for what is used."""
    for found in expressions(dashboard, context.schema.scrape_interval):
        for name in found.substitution.undefined:
            yield _undefined(dashboard, found.subject, found.node, name)
        for name in found.substitution.unresolved:
            yield Finding(
                kind=UNRESOLVED,
                position=dashboard.position(found.node),
                subject=found.subject,
                explanation=f"The file says no value of `${name}`, so nothing here was checked.",
            )
    yield from _sources(dashboard, context)
    yield from _unused(dashboard)


def _undefined(dashboard: Dashboard, subject: str, node: Node | None, name: str) -> Finding:
    return Finding(
        kind=UNDEFINED,
        position=dashboard.position(node),
        subject=subject,
        explanation=f"There is no variable `{name}`; Grafana sends `${name}` as it stands.",
    )


def _sources(dashboard: Dashboard, context: DashboardContext) -> Iterator[Finding]:
    known = values(dashboard, context.schema.scrape_interval)
    read: list[tuple[str, Source]] = [
        (f"variable {variable.name}", variable.source) for variable in dashboard.variables
    ]
    for one in dashboard.panels:
        own = [query.source for query in one.targets]
        read.extend((one.subject, source) for source in (own or [one.source]))
    reported: set[int] = set()
    for subject, source in read:
        if source.variable and source.variable not in known and id(source.node) not in reported:
            reported.add(id(source.node))
            yield _undefined(dashboard, subject, source.node, source.variable)


def _unused(dashboard: Dashboard) -> Iterator[Finding]:
    used = _used(dashboard)
    if _ALL_VARIABLES in used or any(
        link.flag("includeVars") for node in dashboard.root.walk() for link in node.items("links")
    ):
        return
    for variable in dashboard.variables:
        if variable.name and variable.type not in _UNSEEN and variable.name not in used:
            yield Finding(
                kind=UNUSED,
                position=dashboard.position(variable.node),
                subject=f"variable {variable.name}",
                explanation="Nothing in the dashboard refers to it.",
            )


def _used(dashboard: Dashboard) -> set[str]:
    """Every name that a text refers to, a variable's own definition aside, or repeats over."""
    used: set[str] = set()
    templating = dashboard.root.get("templating")
    for name, node in dashboard.root.fields().items():
        if node is not templating and name != "__inputs":
            used |= _named(node)
    for variable in dashboard.variables:
        used |= _named(variable.node) - _own(variable)
    return used


def _own(variable: Variable) -> set[str]:
    return {variable.name, f"__auto_interval_{variable.name}"}


def _named(node: Node) -> set[str]:
    found: set[str] = set()
    for inner in node.walk():
        if isinstance(inner.value, str):
            found.update(names(inner.value))
        repeated = inner.text("repeat")
        if repeated:
            found.add(repeated)
    return found
