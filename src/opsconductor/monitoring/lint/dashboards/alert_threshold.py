"""Panels that draw another threshold than the alert that they are about.

A panel is about an alert where it asks for the very signal that the alert compares with its limit,
where its title or description names the alert, or where its title is the alert's name in words.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from promql_parser import BinaryExpr, Expr, NumberLiteral, UnaryExpr

from opsconductor.monitoring.lint.dashboard import Dashboard, Panel
from opsconductor.monitoring.lint.dashboard_context import DashboardContext
from opsconductor.monitoring.lint.dashboard_queries import expressions
from opsconductor.monitoring.lint.dashboards.example import Fields, board, example, panel
from opsconductor.monitoring.lint.finding import Example, Finding, Kind, Level
from opsconductor.monitoring.lint.located_json import Node
from opsconductor.monitoring.promql.syntax import PromQLError, bare, parse


def _evictions(limit: float) -> Example:
    drawn: Fields = {"steps": [{"color": "green"}, {"color": "orange", "value": limit}]}
    style: Fields = {"thresholdsStyle": {"mode": "dashed"}}
    asked: Fields = {
        "refId": "A",
        "expr": "sum(rate(selector_cache_evictions_total[5m]))",
        "legendFormat": "evictions",
    }
    return example(
        board(
            panel(
                title="Cache Eviction Rate",
                description="Dashed: where SelectorCacheEvictionRateHigh fires.",
                fieldConfig={"defaults": {"unit": "ops", "thresholds": drawn, "custom": style}},
                targets=[asked],
            )
        )
    )


DIFFERS = Kind(
    id="threshold-differs-from-alert",
    title="A panel draws another threshold than the alert has",
    level=Level.ERROR,
    why=(
        "Whoever is woken looks whether the line is above the threshold. If the two differ, the "
        "panel is green while the alert fires, or red while all is well."
    ),
    remedy="Draw the alert's limit, or make both from the same number.",
    bad=_evictions(100),
    good=_evictions(10),
)
KINDS = (DIFFERS,)

_COMPARISONS = frozenset({">", ">=", "<", "<=", "==", "!="})
_MIRRORED = {">": "<", ">=": "<=", "<": ">", "<=": ">="}
_UP_TO = frozenset({">", "<=", "=="})
"""Of whole numbers these change between their limit and the next number."""
_SETS = frozenset({"and", "or", "unless"})
_COLOURED = frozenset({"stat", "gauge", "bargauge"})
"""Types of panel that are coloured by thresholds unless told otherwise."""
_UNITS = {"percent": 100.0, "ms": 1e3, "µs": 1e6, "ns": 1e9}
"""By how much a panel's unit multiplies the ratio or the seconds that an alert compares."""
_SHARES = frozenset({"percentunit", "percent"})
_UNTOUCHED = (80.0,)
"""What Grafana puts into a new panel."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class _Limit:
    """One comparison of an alert with a number."""

    signal: str
    operator: str
    value: float


def check(dashboard: Dashboard, context: DashboardContext) -> Iterator[Finding]:
    """Panels that show their thresholds, as lines or as colours."""
    limits = {name: _limits(texts) for name, texts in context.alerts.items()}
    signals = _signals(dashboard, context)
    for one in dashboard.panels:
        steps = steps_shown(one)
        if not steps or tuple(steps) == _UNTOUCHED:
            continue
        asked = signals.get(id(one), frozenset())
        for name, known in limits.items():
            related = _is_named(one, name) or any(limit.signal in asked for limit in known)
            if related and known and not _agree(one, steps, known):
                yield _finding(dashboard, one, name, steps, known)


def _signals(dashboard: Dashboard, context: DashboardContext) -> dict[int, frozenset[str]]:
    """What each panel asks for, by the panel's identity, written in one way."""
    found: dict[int, frozenset[str]] = {}
    for asked in expressions(dashboard, context.schema.scrape_interval):
        tree = _tree(asked.substitution.text) if asked.is_readable else None
        if asked.panel is not None and tree is not None:
            key = id(asked.panel)
            found[key] = found.get(key, frozenset()) | {str(bare(tree))}
    return found


def _tree(text: str) -> Expr | None:
    try:
        return parse(text)
    except PromQLError:
        return None  # a finding of its own


def _limits(texts: Sequence[str]) -> tuple[_Limit, ...]:
    trees = [tree for text in texts if (tree := _tree(text)) is not None]
    return tuple(limit for tree in trees for limit in _compared(tree))


def _compared(tree: Expr) -> Iterator[_Limit]:
    """The comparisons that the alert consists of, guards among them."""
    node = bare(tree)
    if not isinstance(node, BinaryExpr):
        return
    operator = str(node.op)
    if operator in _SETS:
        yield from _compared(node.lhs)
        yield from _compared(node.rhs)
    elif operator in _COMPARISONS:
        left, right = _number(node.lhs), _number(node.rhs)
        if right is not None and left is None:
            yield _Limit(str(bare(node.lhs)), operator, right)
        elif left is not None and right is None:
            yield _Limit(str(bare(node.rhs)), _MIRRORED.get(operator, operator), left)


def _number(node: Expr) -> float | None:
    """The value of an expression of numbers alone."""
    match bare(node):
        case NumberLiteral() as literal:
            return literal.val
        case UnaryExpr() as unary:
            value = _number(unary.expr)
            return None if value is None else -value
        case BinaryExpr() as binary:
            left, right = _number(binary.lhs), _number(binary.rhs)
            if left is None or right is None:
                return None
            return _reckoned(str(binary.op), left, right)
        case _:
            return None


def _reckoned(operator: str, left: float, right: float) -> float | None:
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/" if right:
            return left / right
        case _:
            return None


def steps_shown(one: Panel) -> list[float]:
    """The values from which on another colour holds, where the panel shows them."""
    node = one.node
    if one.type == "graph":
        values = [entry.number("value") for entry in node.items("thresholds")]
    elif _shows_thresholds(one):
        held = [node.get("fieldConfig", "defaults", "thresholds"), *_overridden(one)]
        values = [
            step.number("value")
            for thresholds in held
            if thresholds is not None and thresholds.text("mode") != "percentage"
            for step in thresholds.items("steps")
        ]
    else:
        values = []
    return sorted({value for value in values if value is not None})


def _shows_thresholds(one: Panel) -> bool:
    defaults = one.node.get("fieldConfig", "defaults")
    if defaults is None:
        return False
    if one.type in _COLOURED:
        return defaults.text("color", "mode") in {"", "thresholds"}
    return defaults.text("custom", "thresholdsStyle", "mode") not in {"", "off"}


def _overridden(one: Panel) -> Iterator[Node]:
    for override in one.node.items("fieldConfig", "overrides"):
        for entry in override.items("properties"):
            value = entry.get("value")
            if entry.text("id") == "thresholds" and value is not None:
                yield value


def _is_named(one: Panel, alert: str) -> bool:
    words = {*_WORD.findall(one.title), *_WORD.findall(one.description)}
    return alert in words or "".join(_WORD.findall(one.title)).casefold() == alert.casefold()


def _agree(one: Panel, steps: Sequence[float], limits: Sequence[_Limit]) -> bool:
    return any(_same(one, step, limit) for step in steps for limit in limits)


def _same(one: Panel, step: float, limit: _Limit) -> bool:
    """Whether the panel changes its colour where the alert fires.

    A step begins at its value, while `>` begins above its limit, and `<=` and `==` end at it: of a
    panel of whole numbers the step may stand up to one above the limit.
    """
    unit = one.node.text("fieldConfig", "defaults", "unit")
    if any(math.isclose(step, limit.value * scale) for scale in (1.0, _UNITS.get(unit, 1.0))):
        return True
    # A share is written without decimals for short, not because it is a whole number.
    counts = unit not in _SHARES
    whole = counts and one.node.number("fieldConfig", "defaults", "decimals") == 0
    return whole and limit.operator in _UP_TO and limit.value < step <= limit.value + 1


def _finding(
    dashboard: Dashboard, one: Panel, alert: str, steps: Sequence[float], limits: Sequence[_Limit]
) -> Finding:
    drawn = " and ".join(f"{step:g}" for step in steps)
    fires = " or ".join(dict.fromkeys(f"{limit.operator} {limit.value:g}" for limit in limits))
    place = one.node.get("fieldConfig", "defaults", "thresholds") or one.node
    return Finding(
        kind=DIFFERS,
        position=dashboard.position(place),
        subject=one.subject,
        explanation=f"It draws {drawn}; the alert {alert} compares {fires}.",
    )
