"""What `opsconductor cardinality` asks Prometheus, and what it makes of the answers."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opsconductor.cli.capacity_inputs import measurements
from opsconductor.client.prometheus import Head, PrometheusClient
from opsconductor.contract import EXPOSED, FAMILIES, names
from opsconductor.monitoring.cardinality.growth import (
    Growth,
    LabelGrowth,
    by_family,
    document,
    grown,
    series_ago,
)
from opsconductor.monitoring.cardinality.standing import (
    ALL,
    QUERIES,
    Sample,
    Standing,
    standing,
)
from opsconductor.monitoring.durations import seconds_of

if TYPE_CHECKING:
    from opsconductor.monitoring.cardinality.keep_list import KeepList
    from opsconductor.monitoring.cardinality.saving import Saving
    from opsconductor.monitoring.cardinality.usage import Usage

MOST_GROWN = 10
"""Names whose labels are looked at; each costs two queries for each label."""
_EVERYWHERE = frozenset({"__name__", "job", "instance", "service"})
"""Labels that the scrape adds."""


@dataclass(frozen=True, slots=True)
class Live:
    """The series as they stand; `growth` is empty where nothing was asked of the past.

    `has_past` says whether there was any series then.
    """

    standing: Standing
    head: Head
    growth: Sequence[tuple[Growth, Sequence[LabelGrowth]]]
    has_past: bool

    def document(self) -> dict[str, Any]:
        """Everything, for programs."""
        return {
            **self.standing.document(),
            "head_series": self.head.stats.series,
            "largest_names": {one.name: one.value for one in self.head.series_by_name},
            "label_values": {one.name: one.value for one in self.head.values_by_label},
            "grown": [document(one, labels) for one, labels in self.growth],
        }


async def ask(url: str, ago: str) -> Live:
    """Everything but the unused; `ago` is a PromQL duration, empty for no past.

    Raises `UpstreamError`.
    """
    async with PrometheusClient(url) as client:
        answers = {kind: await _samples(client, query) for kind, query in QUERIES.items()}
        then = await _samples(client, series_ago(ago)) if ago else []
        names = by_family(grown(answers["all"], then))[:MOST_GROWN] if then else ()
        growth = [(one, await _labels(client, one, ago)) for one in names]
        return Live(standing(answers), await client.head(), growth, bool(then))


async def _samples(client: PrometheusClient, query: str) -> list[Sample]:
    return [(one.metric, one.value[1]) for one in await client.query(query)]


async def _labels(client: PrometheusClient, one: Growth, ago: str) -> list[LabelGrowth]:
    """The labels of a name that has more values than then."""
    found = []
    now = time.time()
    named = one.declared_labels or await client.label_names(
        one.selector, now - seconds_of(ago), now
    )
    for label in sorted(frozenset(named or ()) - _EVERYWHERE):
        counts = [
            round(next((value for _, value in await _samples(client, query)), 0))
            for query in (one.values(label, ago), one.values(label))
        ]
        if counts[1] > counts[0]:
            found.append(LabelGrowth(label, *counts))
    return sorted(found, key=lambda label: label.then - label.now)


@dataclass(frozen=True, slots=True)
class Unused:
    """What each job costs and would save, and the list that would save it."""

    savings: tuple["Saving", ...]
    lists: Mapping[str, "KeepList"]

    def document(self) -> list[dict[str, Any]]:
        """Everything, for programs."""
        return [
            {
                **asdict(one),
                "scraped": one.scraped,
                "bytes_a_day": one.bytes_a_day,
                "keep": kept.regex if (kept := self.lists.get(one.job)) else None,
            }
            for one in self.savings
        ]

    def write(self, folder: Path) -> None:
        """A file for each job that has a list: the part of its scrape configuration."""
        from opsconductor.monitoring.prometheus_config import keep_document  # noqa: PLC0415
        from opsconductor.monitoring.yaml_text import yaml_text  # noqa: PLC0415

        head = (
            "# Made by `opsconductor cardinality --unused`; belongs into the job's scrape config.\n"
        )
        folder.mkdir(parents=True, exist_ok=True)
        for job, kept in self.lists.items():
            text = yaml_text(keep_document(kept), head)
            (folder / f"{job.replace('/', '_')}.yml").write_text(text, encoding="utf-8")


async def ask_unused(url: str, files: Sequence[Path], boards: Path | None) -> Unused:
    """What is scraped and read by nobody: loaded rules and `files` read, and the contract.

    What the contract promises is read by whoever was promised it. `boards` is the folder of this
    project's dashboards where its own Prometheus is asked. Raises `UpstreamError`, and `ValueError`
    where it is unclear what is read.
    """
    from opsconductor.monitoring.capacity.model import model  # noqa: PLC0415
    from opsconductor.monitoring.cardinality.keep_list import (  # noqa: PLC0415  with the parser
        keep_list,
        own_keep_lists,
        require_clear,
    )
    from opsconductor.monitoring.cardinality.saving import (  # noqa: PLC0415
        ALREADY,
        exposures,
        savings,
    )
    from opsconductor.monitoring.cardinality.usage import Usage, usage_of  # noqa: PLC0415

    async with PrometheusClient(url) as client:
        exposed = exposures(await _samples(client, ALL))
        dropped = Counter(
            {
                labels.get("job", ""): round(value)
                for labels, value in await _samples(client, ALREADY)
            }
        )
        groups = await client.rules()
        intervals = {
            one.labels.get("job", ""): seconds_of(one.scrape_interval)
            for one in await client.targets()
            if one.scrape_interval
        }
    used = usage_of(rule.query for group in groups for rule in group.rules)
    ours = boards is not None
    used |= _usage([*files, *([boards] if boards else [])])
    used |= Usage(frozenset(names(FAMILIES)))
    require_clear(used)
    lists = dict(own_keep_lists(used)) if ours else {}
    for job, series in exposed.items():
        if job not in lists and not (ours and job in EXPOSED):
            kept = keep_list(used, series, job)
            if kept is not None:
                lists[job] = kept
    measured = model(measurements()).bytes_a_sample["ordinary"]
    return Unused(savings(exposed, lists, dropped, intervals, measured), lists)


def _usage(files: Sequence[Path]) -> "Usage":
    from opsconductor.cli.lint_files import read  # noqa: PLC0415  with the parser
    from opsconductor.monitoring.cardinality.usage import usage  # noqa: PLC0415
    from opsconductor.monitoring.lint.loading import load  # noqa: PLC0415

    found = read([str(path) for path in files])
    return usage(load(found.sources, errors=found.errors, lenient=found.found))
