"""A story: a scenario, the alert that it is about, and which of the hard cases it tells."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from opsconductor.monitoring.scenario import Firing, Scenario


class Case(StrEnum):
    """What every alert has to be tried with, as far as it can happen to it."""

    BELOW = "just below"
    ABOVE = "just above"
    EXACTLY = "exactly at the limit"
    RECOVERY = "recovery"
    HISTORY = "after a history"
    ABSENT = "absent series"
    NAN = "no traffic (NaN)"
    RESET = "counter reset"
    MISSED = "a missed scrape"
    LOW = "low traffic"
    MISTAKES = "the caller's mistakes only"
    APART = "several services, tools and targets"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Story:
    """`subject` is the alert, with what tells it from its namesakes: `SLOBurnRateFast search`."""

    subject: str
    case: Case
    scenario: Scenario

    @property
    def alerts(self) -> frozenset[str]:
        """The alerts about which it says something."""
        return frozenset(check.alert for check in self.scenario.checks)


@dataclass(frozen=True, slots=True)
class Told:
    """What an alert tells a person: labels without `alertname`, and its two sentences.

    A sentence may contain `{value}`, in place of which stands the alert's value as people read it.
    """

    labels: Mapping[str, str]
    summary: str
    description: str
    runbook_url: str

    def firing(self, value: str = "") -> Firing:
        """The alert as it must fire with this value."""
        return Firing(
            self.labels,
            {
                "summary": self.summary.replace("{value}", value),
                "description": self.description.replace("{value}", value),
                "runbook_url": self.runbook_url,
            },
        )


def proven(stories: Iterable[Story]) -> frozenset[str]:
    """The names of the alerts that a story must see firing."""
    return frozenset(
        check.alert for story in stories for check in story.scenario.checks if check.firing
    )
