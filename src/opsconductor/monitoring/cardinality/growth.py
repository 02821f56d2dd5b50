"""Which names have more series than some time ago, and which of their labels has more values."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from opsconductor.contract import BY_NAME, FAMILIES, names
from opsconductor.monitoring.cardinality.standing import ALL, Sample

_OWNERS: Mapping[str, str] = {name: family.name for family in FAMILIES for name in names([family])}
_QUOTED = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n"})


@dataclass(frozen=True, slots=True)
class Growth:
    """A series name of a job, and how many series it had and has."""

    job: str
    name: str
    then: int
    now: int

    @property
    def selector(self) -> str:
        """The series, as PromQL selects them."""
        name, job = self.name.translate(_QUOTED), self.job.translate(_QUOTED)
        return f'{{__name__="{name}",job="{job}"}}'

    @property
    def declared_labels(self) -> tuple[str, ...]:
        """The labels that the contract gives it; none where it is not ours."""
        family = BY_NAME.get(_OWNERS.get(self.name, ""))
        return tuple(label.name for label in family.labels) if family else ()

    def values(self, label: str, ago: str = "") -> str:
        """The query for the number of values of a label, now or some time `ago` (`1h`)."""
        offset = f" offset {ago}" if ago else ""
        return f"count(count by ({label}) ({self.selector}{offset}))"


@dataclass(frozen=True, slots=True)
class LabelGrowth:
    """A label of a name that grew, and how many values it had and has."""

    label: str
    then: int
    now: int


def series_ago(ago: str) -> str:
    """The query for series by name and job, some time ago."""
    return f"{ALL.removesuffix(')')} offset {ago})"


def grown(now: Iterable[Sample], then: Iterable[Sample]) -> tuple[Growth, ...]:
    """Every name of a job with more series than then, the most first."""
    before, today = _by_name(then), _by_name(now)
    found = [
        Growth(job, name, before.get((job, name), 0), count)
        for (job, name), count in today.items()
        if count > before.get((job, name), 0)
    ]
    return tuple(sorted(found, key=lambda one: (one.then - one.now, one.job, one.name)))


def by_family(found: Sequence[Growth]) -> tuple[Growth, ...]:
    """One of the names of each family, the one that grew most, for they grow by the same label."""
    first: dict[tuple[str, str], Growth] = {}
    for one in found:
        family = _OWNERS.get(one.name) or one.name.removesuffix("_bucket")
        for part in ("_sum", "_count"):
            family = family.removesuffix(part)
        first.setdefault((one.job, family), one)
    return tuple(first.values())


def document(one: Growth, labels: Sequence[LabelGrowth]) -> dict[str, Any]:
    """A growth for programs."""
    return {
        "job": one.job,
        "name": one.name,
        "then": one.then,
        "now": one.now,
        "labels": {label.label: [label.then, label.now] for label in labels},
    }


def _by_name(samples: Iterable[Sample]) -> Mapping[tuple[str, str], int]:
    counts: Counter[tuple[str, str]] = Counter()
    for labels, value in samples:
        counts[labels.get("job", ""), labels.get("__name__", "")] += round(value)
    return counts
