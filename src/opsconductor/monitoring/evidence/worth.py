"""What an incident is worth by the budget that it spends, without a look at any alert.

The marks of the incidents are made by hand; this is what they are held against, and what a
different policy would make of them. It knows no windows or factors of any approach, for a truth
that is made of a rule's own parts would find that rule perfect.
"""

from dataclasses import dataclass

from opsconductor.monitoring.evidence.history import History, most_failed
from opsconductor.monitoring.evidence.incident import PERIOD, Incident, Worth
from opsconductor.objectives import DAY, HOUR


@dataclass(frozen=True, slots=True)
class Policy:
    """When an incident deserves a person.

    A page: within `night` seconds at least `page_days` days' worth of the budget goes, of at least
    `least_errors` requests. A ticket: within `week` seconds at least `ticket_days` days' worth.
    """

    name: str
    page_days: float = 1
    ticket_days: float = 7
    night: float = 8 * HOUR
    week: float = 7 * DAY
    least_errors: int = 5

    def worth(self, incident: Incident, counted: History) -> Worth:
        """What the incident is worth."""
        a_day = incident.allowed * DAY / PERIOD
        tonight = most_failed(counted, self.night)
        if tonight >= max(self.page_days * a_day, self.least_errors):
            return Worth.PAGE
        if most_failed(counted, self.week) >= max(self.ticket_days * a_day, self.least_errors):
            return Worth.TICKET
        return Worth.NOTHING


POLICY = Policy("as marked")
"""A day's budget in a night cannot wait for the morning; a week's budget in a week misses the
objective if it goes on. Of fewer than five failed requests nobody can say what they mean."""

OTHER_POLICIES = (
    Policy("half a day's budget in a night", page_days=0.5),
    Policy("two days' budget in a night", page_days=2),
    Policy("a day's budget in 4 hours", night=4 * HOUR),
    Policy("a day's budget in 16 hours", night=16 * HOUR),
)
"""How much hangs on the choice."""
