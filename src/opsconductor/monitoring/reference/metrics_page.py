"""docs/reference/metrics.md: every family, by the process that exposes it."""

from collections.abc import Iterable, Iterator
from itertools import chain

from opsconductor.contract import (
    BY_NAME,
    EXPOSED,
    IMPORTED,
    RECORDED,
    Family,
    Imported,
    Label,
    series_at,
    worst_case,
)
from opsconductor.contract.families import LABEL_OVERFLOW
from opsconductor.monitoring.durations import duration
from opsconductor.monitoring.numbers import number
from opsconductor.monitoring.reference import links
from opsconductor.monitoring.reference.inventory import Inventory
from opsconductor.monitoring.reference.markdown import (
    NOTHING,
    code,
    codes,
    link,
    listed,
    page,
    table,
)
from opsconductor.monitoring.targets import targets
from opsconductor.objectives import ALERTS

EVERYWHERE = "Every process"

_INTRO = """\
Every series that the system exposes, records or reads. A label value that the label's policy does
not admit is recorded as `other` and counted in {overflow}; it is a part of the worst case below.
Scraping adds `job`, `instance` and `service`. `now` is with the {tools} tools that are shipped, and
the budget is what CardinalityOverBudget holds the process against.
"""


def metrics_page(known: Inventory) -> str:
    """The page."""
    shared = tuple(one for one in BY_NAME.values() if len(one.exposed_by) > 1)
    processes = [
        part
        for process, families in EXPOSED.items()
        if (own := [one for one in families if one not in shared])
        for part in _process(known, process, own)
    ]
    return page(
        "Metrics",
        _INTRO.format(overflow=links.metric(LABEL_OVERFLOW.name), tools=known.tools),
        _summary(known),
        *processes,
        f"## {EVERYWHERE}",
        *(_family(known, one) for one in shared),
        f"## {links.RECORDED_HEADING}",
        _recorded(known),
        f"## {links.IMPORTED_HEADING}",
        _imported(known),
    )


def _summary(known: Inventory) -> str:
    scraped = {target.job: target for target in targets(known.given.settings)}
    head = ("process", "scraped at", "every", "families", "now", "worst case", "budget")
    rows = (
        (
            link(process, "", process) if _own(process) else process,
            code(f"{scraped[process].address}{scraped[process].path}"),
            duration(scraped[process].interval),
            str(len(families)),
            str(series_at(families, known.tools)),
            str(worst_case(families)),
            str(sum(one.budget for one in families)),
        )
        for process, families in EXPOSED.items()
    )
    return table(head, rows)


def _own(process: str) -> bool:
    return any(one.exposed_by == (process,) for one in EXPOSED[process])


def _process(known: Inventory, process: str, families: Iterable[Family]) -> Iterator[str]:
    yield f"## {process}"
    yield from (_family(known, one) for one in families)


def _family(known: Inventory, one: Family) -> str:
    unit = f" in {one.unit}" if one.unit else ""
    facts = [f"A {one.kind}{unit}; labels: {_labels(one.labels)}."]
    if one.buckets:
        facts.append(f"Buckets: {', '.join(number(bound) for bound in one.buckets)}, +Inf.")
    facts += [
        f"{_seeded(one)}.",
        f"Series: {_series(known, one)}.",
        f"Recorded by {_recorders(known, one)}.",
    ]
    if one.elsewhere:
        facts.append(f"Exposed by {' and '.join(map(str.title, one.elsewhere))} as well.")
    facts += _readers(known, one.name)
    return f"### {one.name}\n\n{one.help}\n\n{listed(facts)}"


def _labels(labels: Iterable[Label]) -> str:
    return "; ".join(map(_label, labels)) or "none"


def _label(label: Label) -> str:
    closed = codes(value or '""' for value in label.values)
    if not label.limit:
        return f"{code(label.name)} = {closed}"
    bound = f"at most {label.limit} that the process admits"
    return f"{code(label.name)} = {bound}{f', and {closed}' if closed else ''}"


def _seeded(one: Family) -> str:
    if one.seeded is None:
        return "A series appears with its first observation"
    narrowed = "; ".join(f"of {code(name)} only {codes(held)}" for name, held in one.seeded.items())
    if not one.labels:
        return "Exposed from the first scrape on"
    every = "Exposed from the first scrape on with every value of its labels"
    return f"{every}{f', {narrowed}' if narrowed else ''}"


def _series(known: Inventory, one: Family) -> str:
    now = "none in an ordinary system" if one.optional else f"{one.series_at(known.tools)} now"
    return f"{now}, {one.worst_case} at worst, {one.budget} in the budget"


def _recorders(known: Inventory, one: Family) -> str:
    files = known.recorders.get(one.name, ())
    return codes(files) if files else "nobody yet"


def _readers(known: Inventory, name: str) -> list[str]:
    """Alerts and panels, and the recorded series through which further alerts read it."""
    alerts = [alert for alert in ALERTS if name in known.reads(alert)]
    through = [alert for alert in ALERTS if name in known.reads_at_all(alert) - known.reads(alert)]
    panels = [one for one in known.panels if name in one.reads]
    found = []
    if alerts:
        found.append(f"Alerts: {', '.join(map(links.alert, alerts))}.")
    if through:
        found.append(f"Alerts over recorded series: {', '.join(map(links.alert, through))}.")
    if panels:
        settings = known.given.settings
        found.append(f"Panels: {', '.join(links.panel(settings, one) for one in panels)}.")
    return found


def _recorded(known: Inventory) -> str:
    rows = (
        (code(one.name), one.help, codes(sorted(known.made_from(one.name))), _read(known, one.name))
        for one in RECORDED
    )
    intro = (
        "Recorded for every objective in `slo/`, with the labels of the level and `service`; see "
        "[the guide](../slo.md)."
    )
    return f"{intro}\n\n{table(('series', 'what', 'made from', 'read by'), rows)}"


def _imported(known: Inventory) -> str:
    rows = (
        (code(one.name), one.source, _foreign_labels(one), _read(known, one.name))
        for one in IMPORTED
        if one.name not in BY_NAME
    )
    return table(("series", "exposed by", "labels", "read by"), rows)


def _foreign_labels(one: Imported) -> str:
    labels = [label.name for label in chain(one.labels, one.optional_labels)]
    return codes(labels) or NOTHING


def _read(known: Inventory, name: str) -> str:
    alerts = [links.alert(alert) for alert in ALERTS if name in known.reads(alert)]
    settings = known.given.settings
    panels = [links.panel(settings, one) for one in known.panels if name in one.reads]
    return ", ".join([*alerts, *panels]) or NOTHING
