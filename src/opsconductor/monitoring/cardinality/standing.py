"""How many series there are beside how many the contract expects and allows."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from opsconductor.contract import EXPOSED, FAMILIES, OTHER, UNKNOWN, expected, families, names

Sample = tuple[Mapping[str, str], float]
"""Labels and value of a series of an instant query."""

_JOBS = "|".join(EXPOSED)
_BY_TARGET = "count by (__name__, job, instance)"
OURS = f'{_BY_TARGET} ({{job=~"{_JOBS}"}})'
"""Series of our jobs by name and target."""
ALL = 'count by (__name__, job) ({__name__!=""})'
"""Every series by name and job; what rules record has no job."""
TOOLS = f"sum(max by (platform) ({families.AI_TOOLS.name}))"
"""Several instances of the service have the same tools."""
ADDED = frozenset({"up", "ALERTS", "ALERTS_FOR_STATE"})
"""What Prometheus makes itself, beside the `scrape_*` of every target."""


def folded(value: str) -> str:
    """The query for series of ours of which some label is `value`, by name and target."""
    labels = sorted({label.name for family in FAMILIES for label in family.labels})
    selectors = (f'{{{label}="{value}",job=~"{_JOBS}"}}' for label in labels)
    return f"{_BY_TARGET} ({' or '.join(selectors)})"


QUERIES: Mapping[str, str] = {
    "live": OURS,
    "all": ALL,
    "tools": TOOLS,
    "other": folded(OTHER),
    "unknown": folded(UNKNOWN),
}
"""What `standing` wants to know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyStanding:
    """A family at the target of its job that has the most series of it.

    `expected` is None where it is not known how many tools there are; `other` and `unknown` are the
    series of which a label has that value.
    """

    job: str
    family: str
    expected: int | None
    worst_case: int
    live: int
    other: int
    unknown: int

    @property
    def is_over(self) -> bool:
        """Whether it has more series than the contract allows."""
        return self.live > self.worst_case


@dataclass(frozen=True, slots=True)
class Standing:
    """Ours by family, and what is in no family by job and name: `foreign`.

    `recorded` counts the series without a job, which rules and alerts make; `added` those that
    Prometheus adds to each scrape.
    """

    families: tuple[FamilyStanding, ...]
    foreign: Mapping[str, Mapping[str, int]]
    recorded: int
    added: int

    @property
    def over(self) -> tuple[FamilyStanding, ...]:
        """The families over their budget."""
        return tuple(one for one in self.families if one.is_over)

    @property
    def undeclared(self) -> Mapping[str, Mapping[str, int]]:
        """What our own processes expose and the contract does not know."""
        return {job: found for job, found in self.foreign.items() if job in EXPOSED}

    def document(self) -> dict[str, Any]:
        """Everything, for programs."""
        return {
            "families": [asdict(one) | {"over": one.is_over} for one in self.families],
            "foreign": {job: dict(found) for job, found in self.foreign.items()},
            "recorded": self.recorded,
            "added": self.added,
        }


def standing(answers: Mapping[str, Sequence[Sample]]) -> Standing:
    """What the answers to `QUERIES` say."""
    every = answers["all"]
    tools = next((round(value) for _, value in answers["tools"]), None)
    largest = {kind: _by_family(answers[kind]) for kind in ("live", "other", "unknown")}
    found = []
    for job, exposed in EXPOSED.items():
        ordinary = expected(exposed, tools) if tools is not None else {}
        for family in exposed:
            here = {kind: count.get((job, family.name), 0) for kind, count in largest.items()}
            found.append(
                FamilyStanding(
                    job=job,
                    family=family.name,
                    expected=ordinary.get(family.name),
                    worst_case=family.worst_case,
                    **here,
                )
            )
    return Standing(tuple(found), _foreign(every), _recorded(every), _added(every))


def _by_family(samples: Iterable[Sample]) -> Mapping[tuple[str, str], int]:
    """The most series that a target of a job has of a family."""
    owners = {
        (job, name): family.name
        for job, exposed in EXPOSED.items()
        for family in exposed
        for name in names([family])
    }
    at: Counter[tuple[str, str, str]] = Counter()
    for labels, value in samples:
        job = labels.get("job", "")
        family = owners.get((job, labels.get("__name__", "")))
        if family is not None:
            at[job, family, labels.get("instance", "")] += round(value)
    largest: dict[tuple[str, str], int] = {}
    for (job, family, _), count in at.items():
        largest[job, family] = max(largest.get((job, family), 0), count)
    return largest


def _foreign(samples: Iterable[Sample]) -> Mapping[str, Mapping[str, int]]:
    ours = {job: frozenset(names(exposed)) for job, exposed in EXPOSED.items()}
    found: dict[str, Counter[str]] = {}
    for labels, value in samples:
        name, job = labels.get("__name__", ""), labels.get("job", "")
        if job and not is_added(name) and name not in ours.get(job, ()):
            found.setdefault(job, Counter())[name] += round(value)
    return {job: dict(found[job].most_common()) for job in sorted(found)}


def _recorded(samples: Iterable[Sample]) -> int:
    return sum(round(value) for labels, value in samples if not labels.get("job"))


def _added(samples: Iterable[Sample]) -> int:
    return sum(
        round(value)
        for labels, value in samples
        if labels.get("job") and is_added(labels.get("__name__", ""))
    )


def is_added(name: str) -> bool:
    """Whether Prometheus makes the series itself, so that relabelling a scrape never drops it."""
    return name in ADDED or name.startswith("scrape_")


def by_prefix(found: Mapping[str, int]) -> Mapping[str, int]:
    """Series by the first word of their name, the most first: `go_*` to 34."""
    counts: Counter[str] = Counter()
    for name, count in found.items():
        word, underscore, _ = name.partition("_")
        counts[f"{word}_*" if underscore else name] += count
    return dict(counts.most_common())
