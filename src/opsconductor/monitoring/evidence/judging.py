"""Each approach over each incident: when it calls, how often, and what is gone by then."""

from collections.abc import Sequence
from typing import Final

from opsconductor.monitoring.evidence.approaches import APPROACHES, Action, Approach
from opsconductor.monitoring.evidence.firing import Span, Watched
from opsconductor.monitoring.evidence.history import History, history, most_failed, spent
from opsconductor.monitoring.evidence.incident import PERIOD, Incident
from opsconductor.monitoring.evidence.results import Judged, Outcome
from opsconductor.monitoring.evidence.worth import OTHER_POLICIES, POLICY
from opsconductor.objectives import DAY

JOINED: Final = 300.0
"""A page that returns within so many seconds is the same call: Alertmanager's group interval."""


def judged(incident: Incident) -> Judged:
    """What every approach makes of the incident, and what it costs."""
    counted = history(incident)
    watched = Watched(counted, incident.end + incident.quiet)
    a_day = incident.allowed * DAY / PERIOD
    return Judged(
        spent=round(spent(incident, counted, 0, incident.end), 6),
        night=round(most_failed(counted, POLICY.night) / a_day, 4),
        worths={one.name: one.worth(incident, counted) for one in OTHER_POLICIES},
        outcomes={one.key: _outcome(incident, counted, watched, one) for one in APPROACHES},
    )


def _outcome(incident: Incident, counted: History, watched: Watched, approach: Approach) -> Outcome:
    fired = [(alert.action, watched.firing(alert)) for alert in approach.alerts]
    calls = joined([span for action, spans in fired if action is Action.PAGE for span in spans])
    alerts = [span[0] for _, spans in fired for span in spans]
    page = calls[0][0] if calls else None
    return Outcome(
        page=page,
        calls=len(calls),
        spent=None if page is None else round(spent(incident, counted, 0, page), 6),
        reset=round(calls[-1][1] - incident.end, 3) if calls else None,
        alert=min(alerts, default=None),
    )


def joined(spans: Sequence[Span]) -> list[Span]:
    """Spans that overlap or nearly follow one another, as one call each."""
    calls: list[Span] = []
    for start, end in sorted(spans):
        if calls and start - calls[-1][1] < JOINED:
            calls[-1] = (calls[-1][0], max(end, calls[-1][1]))
        else:
            calls.append((start, end))
    return calls
