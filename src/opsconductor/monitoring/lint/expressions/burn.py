"""objective-as-threshold: a burn-rate alert whose threshold is the objective itself."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from math import isclose

from promql_parser import Expr, MatrixSelector

from opsconductor.monitoring.lint.analysis import Analysis
from opsconductor.monitoring.lint.expressions.comparison import (
    Comparison,
    alternatives,
    comparison,
    conjuncts,
)
from opsconductor.monitoring.lint.expressions.example import alert
from opsconductor.monitoring.lint.finding import Finding, Kind, Level
from opsconductor.monitoring.lint.query import Role
from opsconductor.monitoring.promql.computed import computed
from opsconductor.monitoring.promql.syntax import walk

_SHARE = """\
(
  1 - sum(rate(http_requests_total{{code="500"}}[{window}]))
  / sum(rate(http_requests_total[{window}])) < {least}
)"""


def _burn(least: float) -> str:
    """Two windows with one threshold, and a guard against low traffic."""
    shares = "\nand\n".join(_SHARE.format(window=w, least=least) for w in ("1h", "5m"))
    return f"{shares}\nand\nsum(increase(http_requests_total[1h])) > 20"


OBJECTIVE_AS_THRESHOLD = Kind(
    id="objective-as-threshold",
    title="A burn-rate alert at the objective itself",
    level=Level.WARNING,
    why=(
        "Success below 99 % over an hour is a burn of 1, the pace at which the budget of 99 % "
        "lasts exactly its whole period: the alert pages at 98.9 %, when nothing is urgent. A page "
        "is due at a burn of 14.4, which is success below 85.6 % (SRE Workbook, chapter 5)."
    ),
    remedy=(
        "Compare with 1 - burn x (1 - objective): 0.856 for a burn of 14.4 over 1h and 5m of 99 %, "
        "0.94 for 6 over 6h and 30m."
    ),
    bad=alert(_burn(0.99), name="SLOBurnRateFast"),
    good=alert(_burn(0.856), name="SLOBurnRateFast"),
)
KINDS: tuple[Kind, ...] = (OBJECTIVE_AS_THRESHOLD,)

_OBJECTIVES = (0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9995, 0.9999)
_DAY = 86_400.0
"""Seconds; over a day or more a burn of 1 is what the slowest tier of the Workbook asks for."""


def check(analysis: Analysis) -> Iterator[Finding]:
    """Alerts on a share of successes below an objective, in two windows at once."""
    if analysis.query.role is not Role.ALERT:
        return
    for alternative in alternatives(analysis.tree):
        asked = [found for part in conjuncts(alternative) if (found := _low(analysis, part))]
        for one, other in combinations(asked, 2):
            windows = sorted((_window(one), _window(other)))
            if one.value == other.value and 0 < windows[0] < windows[1] < _DAY:
                yield analysis.finding(
                    OBJECTIVE_AS_THRESHOLD,
                    f"Success below {one.value:g} in both windows is a burn of 1, if that is the "
                    "objective: it pages while the budget lasts.",
                )
                break


def _low(analysis: Analysis, part: Expr) -> Comparison | None:
    """A share of successes that is compared with what looks like an objective."""
    found = comparison(part)
    if found is None or found.operator not in {"<", "<="} or found.value is None:
        return None
    is_share = computed(found.subject, analysis.schema) == "ratio"
    return found if is_share and _is_objective(found.value) else None


def _is_objective(value: float) -> bool:
    """As a share, or in percent."""
    return any(isclose(value, one) or isclose(value, one * 100) for one in _OBJECTIVES)


def _window(found: Comparison) -> float:
    """Seconds of the one window that is read; 0 where there are several, or none."""
    ranges: Sequence[float] = [
        node.range.total_seconds()
        for node in walk(found.subject)
        if isinstance(node, MatrixSelector)
    ]
    return ranges[0] if len(set(ranges)) == 1 else 0
