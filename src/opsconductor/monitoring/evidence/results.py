"""What was measured, as it is committed: the documents are rendered from it without a server."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256

from pydantic import BaseModel, ConfigDict

from opsconductor.monitoring.evidence.approaches import APPROACHES
from opsconductor.monitoring.evidence.figures import FIGURES
from opsconductor.monitoring.evidence.firing import EVALUATIONS, SCRAPES
from opsconductor.monitoring.evidence.history import WARM_UP
from opsconductor.monitoring.evidence.incident import Worth
from opsconductor.monitoring.evidence.incidents import INCIDENTS
from opsconductor.monitoring.evidence.simulation import HISTORY, SHIPPED
from opsconductor.monitoring.evidence.worth import OTHER_POLICIES, POLICY


class _Result(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Measured(_Result):
    """One figure as seen through samples, in seconds or as a share; None for never.

    `continuous` knows every request. `fine` and `fine_prometheus` are sampled often; the rest as
    we ship: the scrape grid alone, then with `rate()`'s extrapolation, then with the evaluation
    grid, which is all that a real Prometheus has. `shipped_range` is the least and the greatest of
    it, wherever between two evaluations the outage starts.
    """

    continuous: float | None
    fine: float | None
    fine_prometheus: float | None
    scraped: float | None
    stretched: float | None
    shipped: float | None
    shipped_range: tuple[float, float] | None
    shipped_prometheus: float | None


class Figures(_Result):
    """All figures by key, with what they were measured from and by."""

    inputs: str
    prometheus: str
    figures: Mapping[str, Measured]


def figure_inputs() -> str:
    """A digest of all that the figures are measured from; a change makes the results stale."""
    figures = [replace(one, says="", stated="", approach=None) for one in FIGURES]
    return _digest(figures, SHIPPED, HISTORY)


class Outcome(_Result):
    """What an approach made of an incident. Times are seconds from its start, None for never.

    `calls` is how often it paged; `spent` the share of the budget that was gone at the first page.
    `reset` is how many seconds after the last error the last page ended. `alert` is the first page
    or ticket.
    """

    page: float | None
    calls: int
    spent: float | None
    reset: float | None
    alert: float | None


class Judged(_Result):
    """An incident: its whole price, the most days' worth of budget in a night, and the outcomes.

    `worths` is what other policies would make of it, by the policy's name.
    """

    spent: float
    night: float
    worths: Mapping[str, Worth]
    outcomes: Mapping[str, Outcome]


class Checked(_Result):
    """On which incidents, and how often, a real Prometheus agreed; one disagreement is an error."""

    incidents: Sequence[str]
    evaluations: int
    prometheus: str


class Library(_Result):
    """All incidents by key, with what they were judged from and whom that was checked with."""

    inputs: str
    checked: Checked
    incidents: Mapping[str, Judged]


def library_inputs() -> str:
    """A digest of all that the incidents are judged from; a change makes the results stale.

    Words and marks are not among it: they are only read when the results are.
    """
    incidents = [replace(one, why="", worth=Worth.NOTHING) for one in INCIDENTS]
    alerts = [(one.key, one.alerts) for one in APPROACHES]
    grids = (SCRAPES, EVALUATIONS, WARM_UP)
    return _digest(incidents, alerts, grids, POLICY, OTHER_POLICIES)


def _digest(*inputs: object) -> str:
    return sha256(repr(inputs).encode()).hexdigest()[:16]
