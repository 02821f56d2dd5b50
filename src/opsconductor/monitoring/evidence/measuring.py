"""The figures by simulation: everything of their results that needs no server."""

from opsconductor.monitoring.evidence.figure import Figure
from opsconductor.monitoring.evidence.rate import Grid
from opsconductor.monitoring.evidence.simulation import (
    SHIPPED,
    Sampling,
    continuous,
    fine,
    sampled,
    value,
)

OFTEN = 100
"""Milliseconds between evaluations, at least, where the evaluation grid is to play no part."""
PHASE = 1000
"""Milliseconds between the starts that are tried."""


def continuously(figure: Figure) -> float | None:
    """The figure with every request known."""
    return value(figure, continuous(figure), lambda at: figure.outage.spent(at / 1000))


def through(figure: Figure, sampling: Sampling, *, stretched: bool = True) -> float | None:
    """The figure as a Prometheus with this sampling must see it."""

    def spent(at: int) -> float:
        return figure.outage.spent(sampling.scrapes.last(at) / 1000)

    return value(figure, sampled(figure, sampling, stretched=stretched), spent)


def any_start(figure: Figure) -> tuple[float, float] | None:
    """The least and the greatest that is shipped, wherever between two evaluations it starts.

    None for figures without an alert or an instant. Raises `ValueError` for a start at which the
    figure does not come out.
    """
    if figure.alert is None or figure.expected is None:
        return None
    found = []
    for scrape in range(PHASE // 2, SHIPPED.scrapes.step, PHASE):
        for evaluation in range(1, SHIPPED.evaluations.step, PHASE):
            grids = Grid(SHIPPED.scrapes.step, scrape), Grid(SHIPPED.evaluations.step, evaluation)
            seen = through(figure, Sampling(*grids))
            if seen is None:
                raise ValueError(f"figure {figure.key} does not come out at every start")
            found.append(seen)
    return min(found), max(found)


def explained(figure: Figure) -> dict[str, float | tuple[float, float] | None]:
    """The figure from knowing every request to what we ship, one cause of difference at a time."""
    # Without a window nothing changes between two scrapes.
    step = max(OFTEN, figure.step)
    looks = Grid(step, step // 2) if figure.alert else SHIPPED.scrapes
    often = Sampling(SHIPPED.scrapes, looks)
    return {
        "continuous": continuously(figure),
        "fine": through(figure, fine(figure.fine)),
        "scraped": through(figure, often, stretched=False),
        "stretched": through(figure, often),
        "shipped": through(figure, SHIPPED),
        "shipped_range": any_start(figure),
    }
