"""An incident as two counters, scraped: requests, failed requests, and three days before it."""

from dataclasses import dataclass
from random import Random
from typing import Final

from opsconductor.monitoring.evidence.incident import Incident
from opsconductor.monitoring.evidence.signal import Piece
from opsconductor.objectives import DAY, HOUR

SCRAPE: Final = 15
"""Seconds between scrapes."""
WARM_UP: Final = 3 * DAY + HOUR
"""Seconds of ordinary traffic before second 0: more than the longest window."""


@dataclass(frozen=True, slots=True)
class History:
    """Counters at each scrape; sample n is the state at second `n * SCRAPE - WARM_UP`."""

    requests: list[int]
    errors: list[int]

    def index(self, time: float) -> int:
        """The sample of the last scrape at or before `time`."""
        return int((time + WARM_UP) // SCRAPE)


def history(incident: Incident) -> History:
    """Count what the incident does to every request. Deterministic, with a seed too."""
    steps = int((WARM_UP + incident.end + incident.quiet) // SCRAPE)
    ratios = [incident.baseline] * steps
    for piece in incident.errors:
        _add(ratios, piece)
    chance = Random(incident.seed) if incident.seed is not None else None  # noqa: S311  a simulation
    requests, errors = [0], [0]
    arrived = failed = 0.0
    for step, ratio in enumerate(ratios):
        arrived += incident.traffic.at(step * SCRAPE - WARM_UP + SCRAPE / 2) * SCRAPE
        new = int(arrived) - requests[-1]
        share = min(ratio, 1)
        failed += sum(chance.random() < share for _ in range(new)) if chance else new * share
        requests.append(requests[-1] + new)
        errors.append(int(failed))
    return History(requests, errors)


def _add(ratios: list[float], piece: Piece) -> None:
    """Add the piece's mean ratio to each scrape interval that it touches."""
    first = int((piece.start + WARM_UP) // SCRAPE)
    last = min(int((piece.end + WARM_UP) // SCRAPE), len(ratios) - 1)
    for step in range(first, last + 1):
        start = step * SCRAPE - WARM_UP
        ratios[step] += (piece.until(start + SCRAPE) - piece.until(start)) / SCRAPE


def spent(incident: Incident, counted: History, start: float, end: float) -> float:
    """The share of the period's budget that goes between two times, in seconds."""
    errors = counted.errors
    failed = errors[counted.index(end)] - errors[counted.index(start)]
    return failed / incident.allowed


def most_failed(counted: History, span: float) -> int:
    """The most requests that fail within any `span` seconds from second 0 on."""
    begin, width = counted.index(0), int(span // SCRAPE)
    errors = counted.errors[begin:]
    if len(errors) <= width:
        return errors[-1] - errors[0]
    return max(late - early for early, late in zip(errors, errors[width:], strict=False))
