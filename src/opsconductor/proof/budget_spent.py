"""The share of an objective's error budget that was spent when its alert told of an incident."""

from collections.abc import Mapping

from opsconductor.monitoring.backtest.budget import Budget, of
from opsconductor.monitoring.backtest.outcome import Labels
from opsconductor.monitoring.backtest.scoring import Scores, with_budgets
from opsconductor.proof.backtest import Backtest
from opsconductor.proof.range_query import RefusedError


async def budget_spent(done: Backtest, found: Scores, budgets: Mapping[str, Budget]) -> Scores:
    """The same scores, with the budget spent at each detection by an objective's alert."""
    spent: dict[tuple[str, str, Labels], float] = {}
    for score in found.incidents:
        for detection in score.detections:
            budget = of(detection.labels, budgets)
            if budget is None:
                continue
            since = (detection.fired - score.incident.start) / 1000
            known = min(budget.period, (detection.fired - done.evaluated_from) / 1000)
            try:
                answer = await done.server.at(budget.spent(since, known), detection.fired)
            except RefusedError:
                continue
            for series in answer:
                key = (score.incident.name, detection.alert, detection.labels)
                spent[key] = float(series["value"][1])
    return with_budgets(found, spent)
