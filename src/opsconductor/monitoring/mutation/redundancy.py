"""What an expression says twice, so that saying it once changes nothing.

A label that a rule sets although its expression has it already, and a matcher for a label whose
value the other operand of a match dictates, can be left out without any effect in any traffic.
Such a slip is no mutant. What is claimed here is little, and each claim holds for every input:
where it is not plain that labels pass through a node, nothing is claimed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from opsconductor.monitoring.mutation.expressions import COMPARATORS
from opsconductor.monitoring.mutation.rule_file import FileRule, Recorders
from opsconductor.monitoring.mutation.tree import (
    Aggregate,
    Binary,
    Call,
    Matcher,
    Node,
    Number,
    Selector,
    String,
)

Known = Mapping[str, str]
"""Labels that every series of a result has, with their value."""

NOTHING: Known = {}
KEEPING = frozenset({"rate", "increase", "irate", "clamp_min", "clamp_max", "abs", "timestamp"})
"""Functions whose result has the labels of their (first) argument; so do all `*_over_time`."""
BUT = ("absent", "quantile")
"""Beginnings of functions over time of which that is not so."""
PASSES = 3
SCALARS = frozenset({"time", "scalar"})
MATCHING = frozenset({"and", "+", "-", "*", "/", *COMPARATORS})
"""Operators that leave only what both operands have, label for label."""


def redundant(rule: FileRule, mutant: FileRule, rules: Recorders) -> bool:
    """Whether the changed rule says the same as the rule."""
    return _plain(rule, rules) == _plain(mutant, rules)


def _plain(rule: FileRule, rules: Recorders) -> tuple[object, ...]:
    """The rule with everything said that goes without saying."""
    implied = carried(rule.expression, rules)
    labels = {**implied, **rule.labels}
    expression = rule.expression
    for _ in range(PASSES):
        # What one operand is told by the other it can tell a third.
        expression = normal(expression, rules, {})
    return expression, labels, rule.hold, rule.name, rule.annotations


def carried(node: Node, rules: Recorders) -> Known:
    """The labels that the result surely has."""
    match node:
        case Selector():
            return _selected(node, rules)
        case Call():
            return _called(node, rules)
        case Aggregate(grouping="by"):
            inner = carried(node.inner, rules)
            return {label: inner[label] for label in node.labels if label in inner}
        case Binary():
            return _combined(node, rules)
        case _:
            return {}


def _selected(node: Selector, rules: Recorders) -> Known:
    matched = {each.label: each.value for each in node.matchers if each.op == "=" and each.value}
    givers = [rule for rule in rules.get(node.name, ()) if rule.may_give(node)]
    fixed = [
        {label: value for label, value in rule.labels.items() if "{{" not in value}
        for rule in givers
    ]
    recorded = _common(fixed) if ":" in node.name and fixed else {}
    return {**recorded, **matched}


def _common(each: Sequence[Known]) -> Known:
    first, *rest = each
    return {
        label: value for label, value in first.items() if all(o.get(label) == value for o in rest)
    }


def _keeps(node: Call) -> bool:
    counted = node.function.endswith("_over_time") and not node.function.startswith(BUT)
    return node.function in KEEPING or counted


def _called(node: Call, rules: Recorders) -> Known:
    if node.function == "absent" and isinstance(node.arguments[0], Selector):
        of = [each.label for each in node.arguments[0].matchers]
        return {
            each.label: each.value
            for each in node.arguments[0].matchers
            if each.op == "=" and of.count(each.label) == 1
        }
    if _keeps(node):
        return carried(node.arguments[0], rules)
    return {}


def _combined(node: Binary, rules: Recorders) -> Known:
    left, right = carried(node.left, rules), carried(node.right, rules)
    if _is_scalar(node.right):
        return left
    if _is_scalar(node.left):
        return right
    if node.op in {"and", "unless"}:
        return left
    if node.op == "or":
        return _common([left, right])
    return {**left, **right} if not node.matching else {}


def _is_scalar(node: Node) -> bool:
    match node:
        case Number() | String():
            return True
        case Call():
            return node.function in SCALARS
        case Binary():
            return _is_scalar(node.left) and _is_scalar(node.right)
        case _:
            return False


def normal(node: Node, rules: Recorders, known: Known) -> Node:
    """The expression with a matcher for every label that what it is matched with dictates.

    `known` are labels of which only series with these values reach the result.
    """
    match node:
        case Selector():
            spoken_of = {each.label for each in node.matchers}
            more = [Matcher(k, "=", v) for k, v in known.items() if k not in spoken_of]
            every = sorted({*node.matchers, *more}, key=lambda one: (one.label, one.op, one.value))
            return replace(node, matchers=tuple(every))
        case Call():
            passed = known if _keeps(node) else {}
            first, *rest = node.arguments or (None,)
            if first is None:
                return node
            kept = tuple(normal(each, rules, {}) for each in rest)
            return replace(node, arguments=(normal(first, rules, passed), *kept))
        case Aggregate():
            by = node.labels if node.grouping == "by" else ()
            passed = {label: value for label, value in known.items() if label in by}
            return replace(node, inner=normal(node.inner, rules, passed))
        case Binary():
            return _normal_operands(node, rules, known)
        case _:
            return node


def _normal_operands(node: Binary, rules: Recorders, known: Known) -> Node:
    left, right = node.left, node.right
    for_left: Known
    for_right: Known
    if node.matching or (_is_scalar(left) and _is_scalar(right)):
        for_left = for_right = NOTHING
    elif _is_scalar(left) or _is_scalar(right):
        for_left = for_right = known
    elif node.op in MATCHING:
        for_left = {**known, **carried(right, rules)}
        for_right = {**known, **carried(left, rules)}
    elif node.op == "unless":
        for_left, for_right = known, {**known, **carried(left, rules)}
    else:
        for_left = for_right = known if node.op == "or" else NOTHING
    return replace(node, left=normal(left, rules, for_left), right=normal(right, rules, for_right))
