"""Every PromQL expression of a dashboard: of its panels, its variables and its annotations."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from opsconductor.monitoring.lint.dashboard import Dashboard, Panel, Target, Variable
from opsconductor.monitoring.lint.located_json import Node
from opsconductor.monitoring.lint.query import Query, Role
from opsconductor.monitoring.lint.variable_values import Held, values
from opsconductor.monitoring.lint.variables import Substitution, substitute

_LABEL_VALUES = re.compile(
    r"label_values\((?:(?P<series>.+),)?\s*(?P<label>[\w$]+)\s*\)", re.DOTALL
)
_QUERY_RESULT = re.compile(r"query_result\((?P<expression>.+)\)", re.DOTALL)
_METRICS = re.compile(r"metrics\((?P<pattern>.+)\)", re.DOTALL)
_LABEL_NAMES = re.compile(r"label_names\((?P<pattern>.*)\)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """An expression as the dashboard has it, and what it is after substitution.

    `node` is the field that holds it. With `chooses` a variable only looks which series there are;
    `label` is the label whose values it asks for, its own variables replaced.
    """

    written: str
    substitution: Substitution
    node: Node
    subject: str
    name: str
    panel: Panel | None = None
    target: Target | None = None
    chooses: bool = False
    label: str = ""

    @property
    def is_readable(self) -> bool:
        """Whether all variables were replaced, so that the parser may judge it."""
        return not self.substitution.unresolved and not self.substitution.undefined


def expressions(dashboard: Dashboard, scrape_interval: float) -> Iterator[Expression]:
    """What the dashboard asks of Prometheus, in the order of panels, variables, annotations.

    `scrape_interval` is the one that `$__rate_interval` is reckoned with, in seconds.
    """
    held = values(dashboard, scrape_interval)
    for panel, target in dashboard.targets():
        if target.source.is_prometheus and target.expression.strip():
            yield _asked(target, held, panel.subject, panel.title, panel)
    for variable in dashboard.variables:
        if variable.type == "query" and variable.source.is_prometheus and variable.query.strip():
            yield from _of_variable(variable, held)
    for target in dashboard.annotations:
        if target.source.is_prometheus and target.expression.strip():
            yield _asked(target, held, "annotation", "", None)


def queries(dashboard: Dashboard, scrape_interval: float) -> Iterator[Query]:
    """The expressions for the checks of PromQL.

    Those that hold a variable without a value are left out; they have a finding of their own.
    """
    for found in expressions(dashboard, scrape_interval):
        if found.is_readable:
            asked = query(dashboard, found)
            # Nobody looks at the values of these series, so what may be said of values is not.
            yield replace(asked, text=f"count({asked.text})") if found.chooses else asked


def query(dashboard: Dashboard, found: Expression) -> Query:
    """A readable expression as the checks of PromQL take it."""
    return Query(
        text=found.substitution.text,
        role=Role.VARIABLE if found.panel is None else Role.PANEL,
        position=dashboard.position(found.node),
        subject=found.subject,
        name=found.name,
    )


def _asked(
    target: Target, held: Mapping[str, Held], subject: str, name: str, panel: Panel | None
) -> Expression:
    return Expression(
        written=target.expression,
        substitution=substitute(target.expression, held),
        node=target.node.get("expr") or target.node,
        subject=subject,
        name=name,
        panel=panel,
        target=target,
    )


def _of_variable(variable: Variable, held: Mapping[str, Held]) -> Iterator[Expression]:
    """The series that the variable's query reads: Grafana's own functions around PromQL.

    Without one of the functions the text is a selector. `label_values(label)` and `label_names()`
    name no series.
    """
    text, label, chooses = variable.query.strip(), "", True
    if match := _LABEL_VALUES.fullmatch(text):
        text, label = (match["series"] or "").strip(), match["label"]
    elif match := _QUERY_RESULT.fullmatch(text):
        text, chooses = match["expression"].strip(), False
    elif match := _METRICS.fullmatch(text):
        pattern = match["pattern"].strip().replace("\\", "\\\\").replace('"', '\\"')
        text = f'{{__name__=~"{pattern}"}}'
    elif _LABEL_NAMES.fullmatch(text):
        text = ""
    if not text:
        return
    node = variable.node.get("query")
    inner = node.get("query") if node is not None else None
    yield Expression(
        written=text,
        substitution=substitute(text, held),
        node=inner or node or variable.node,
        subject=f"variable {variable.name}",
        name=variable.name,
        chooses=chooses,
        label=substitute(label, held).text,
    )
