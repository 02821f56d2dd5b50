"""`docs/capacity.md` and its picture, rendered from what was measured."""

from opsconductor.monitoring.capacity.estimates import ESTIMATES, SAMPLES_A_DAY, SERIES, TOTAL
from opsconductor.monitoring.capacity.fit import Line
from opsconductor.monitoring.capacity.limits import MANY_SHARDS, growth
from opsconductor.monitoring.capacity.measurements import Measurements
from opsconductor.monitoring.capacity.model import Model, model
from opsconductor.monitoring.capacity.picture import picture
from opsconductor.monitoring.capacity.report import limit_rows
from opsconductor.monitoring.capacity.scale import (
    CORES,
    MEMORY,
    needs_table,
    planned,
    scale_table,
)
from opsconductor.monitoring.capacity.tables import (
    blocks_table,
    conditions,
    queries_table,
    running_table,
)
from opsconductor.monitoring.capacity.wording import (
    bytes_text,
    count,
    figures,
    share_text,
    time_text,
)
from opsconductor.monitoring.evidence.markdown import percent, prose, table
from opsconductor.settings import Settings

PAGE, PICTURE = "docs/capacity.md", "docs/images/capacity.svg"

_HEAD = """\
# Capacity

How much disk, memory and processor the metrics need, at this size and at ten thousand times it, and
when one Prometheus is no longer enough. Every figure comes from a line through what was measured on
a real Prometheus, fed with series shaped like the contract's; none is a rule of thumb.

```console
$ ./opsconductor capacity                     # this system, as configured, on this machine
$ ./opsconductor capacity --services 200 --tools 40 --retention 30d --memory 32
$ ./opsconductor capacity --live              # the plan beside what the running Prometheus has
$ make bench-storage                          # measure anew; then make generate
```

Rendered by `opsconductor generate` from
[`generated/capacity/storage.json`](../generated/capacity/storage.json), which `make bench-storage`
writes; the model is in [`monitoring/capacity`](../src/opsconductor/monitoring/capacity).
"""


def documents(measured: Measurements) -> dict[str, str]:
    """Paths in the project to texts. Raises `MeasurementsError`."""
    found = model(measured)
    interval = Settings().prometheus.rule_interval_seconds
    sections = (
        _HEAD,
        _estimates(found),
        _needs(found),
        _limits(found),
        _model(found, interval),
        _measured(measured),
    )
    return {PAGE: "\n".join(sections), PICTURE: picture(measured, found, interval)}


def _estimates(found: Model) -> str:
    each, first = found.bytes_a_sample, ESTIMATES[0]
    off = first.bytes_a_sample / each["ordinary"]
    held = (
        f"{SAMPLES_A_DAY / 1e6:g} million samples a day in {bytes_text(TOTAL / 15)}, as estimated "
        f"for {SERIES} series, are {first.bytes_a_sample:.0f} bytes a sample. Prometheus takes "
        f"{each['ordinary']:.2f}, index included: the estimate is {figures(off)} times too high. A "
        "sample before compression is a time and a value, 16 bytes; the write-ahead log holds it "
        f"for some hours at {figures(found.log)} bytes. Even where every series moves at every "
        f"scrape it is {figures(first.bytes_a_sample / each['busy'])} times too high."
    )
    why = (
        f"A counter that stands still costs {each['quiet']:.2f} bytes a sample, one that moves at "
        f"every scrape {each['busy']:.2f}; what is planned with lies between. That the whole has "
        "more series than estimated is not the services' doing: what comes with the programs "
        "around them does not grow with their number, so that it is most of a small system and "
        "nothing of a large one."
    )
    return "\n".join(
        ("## The estimates and what is measured\n", prose(held), scale_table(found), prose(why))
    )


def _needs(found: Model) -> str:
    said = (
        f"For {SERIES * 100:,} series and fewer the figures lie between measured points. Beyond "
        f"{count(found.largest)} series they are extrapolated, and the last column says how far: "
        "nobody should buy a machine by a figure from far beyond, but see from it that one server "
        "will not do."
    )
    return "\n".join(
        (
            "## What one Prometheus needs\n",
            f"![What one Prometheus needs, by its series]({PICTURE.removeprefix('docs/')})\n",
            needs_table(found),
            prose(said),
        )
    )


def _limits(found: Model) -> str:
    given = planned(ESTIMATES[0], found)
    grown = growth(given.workload, found)
    rows = [(up_to, says, because, then) for up_to, says, because, then in limit_rows(grown)]
    first = grown.first
    if first is None or first.services is None or first.series is None:
        raise AssertionError("a machine that fits every size")
    many = first.services * MANY_SHARDS
    head = ("up to", "<then", "<which matters, because", "<so")
    told = (
        f"On a machine of {MEMORY / 2**30:g} GiB and {CORES} cores, with 20 tools and 5 "
        "objectives, if nothing grows but the number of services:"
    )
    foreign = given.foreign
    which = f"""
- **Recording rules** come first, and are there: rules record errors and events of every objective
for windows of 5 minutes to 3 days, and whoever asks reads those. What ends first on a large system
is that the rules themselves read up to six hours of raw series at every evaluation.

- **Dropping unused metrics** by relabelling is worth little here. {count(foreign)} series come with
Prometheus and Alertmanager and their number is fixed; they cost
{bytes_text(foreign * found.resident.each)} of memory. The contract keeps the services' own series
bounded, by {given.workload.tool_limit} tools and closed vocabularies. It is worth much for pages
that are not ours.

- **Shards with federation** from {count(first.services)} services or {count(first.series)} series
on: each server scrapes its part and records both sides of its ratios, and one above federates the
recorded series and adds them up. An average of the shards' ratios would be wrong.

- **Thanos**, when samples must be kept for longer than one disk should hold them, or when replicas
or shards are to be asked as one. It changes nothing about what a single server needs.

- **Mimir** (Cortex's successor) from {MANY_SHARDS} shards on, some {count(many)} services or
{count(first.series * MANY_SHARDS)} series, or when several tenants must not see each other: a
clustered store in place of many servers by hand. The {MANY_SHARDS} is ours.
"""
    return "\n".join(("## When one is not enough\n", prose(told), table(head, rows), prose(which)))


def _model(found: Model, interval: float) -> str:
    lines: tuple[tuple[str, Line, str, str, str], ...] = (
        ("resident memory", found.resident, bytes_text(found.resident.fixed),
         bytes_text(found.resident.each), "series"),
        ("memory at most", found.peak, bytes_text(found.peak.fixed),
         bytes_text(found.peak.each), "series"),
        ("a start", found.restart, time_text(found.restart.fixed),
         f"{time_text(found.restart.each * 1000)}", "1,000 series"),
        ("scraping", found.scraping, share_text(found.scraping.fixed),
         share_text(found.scraping.each * 1000), "1,000 samples a second"),
        ("all rules once", found.evaluation, time_text(found.evaluation.fixed),
         time_text(found.evaluation.each * 1000), "1,000 series of services"),
        ("chunks of the head", found.head, bytes_text(found.head.fixed),
         bytes_text(found.head.each), "series"),
        ("a raw query", found.raw_query, time_text(found.raw_query.fixed),
         time_text(found.raw_query.each * 1e6), "million samples read"),
    )  # fmt: skip
    rows = [
        (name, fixed, f"{each} per {unit}", percent(line.residual, 1))
        for name, line, fixed, each, unit in lines
    ]
    said = f"""
Each is a straight line by least squares of relative residuals; the last column is the largest
distance of a measured point from it. Memory at most and the chunks of the head are raised until no
measured point lies above them. Disk is samples a day times bytes a sample; the write-ahead
log holds at most {figures(found.log_hours)} hours at {figures(found.log)} bytes a sample; the
longest block is a tenth of the retention, at most 31 days, and is there twice while it is made, and
once more until all of it is too old.

Rules read long windows from what they recorded, which a fresh server has no history of; their cost
is added from the recorded query. Rules are evaluated every {interval:g} s.
"""
    head = ("figure", "<fixed", "<and", "largest residual")
    return "\n".join(("## The model\n", table(head, rows), prose(said)))


def _measured(measured: Measurements) -> str:
    churn = [one for one in measured.blocks if one.churn_hours]
    said = f"""
Values move as under traffic: nine of fourteen tools are used, the n-th an n-th as often as the
first, by day and night; one run in two hundred fails; durations are told to the microsecond.
Samples are 10 s apart, as automation-service is scraped. “Quiet” is the same without a request,
“busy” with some at every scrape for every series.

The index is what depends on a block's length: it names each series once, however many samples the
block has of it. With instances that live {churn[0].churn_hours if churn else 1:g} h (a deployment
each hour, and `instance` with it) every block names more of them.
"""
    how = """
Each size is a server of its own, restarted over the hours that were written, so that its head is
nearly full, then scraping pages on loopback; garbage of the start is collected first. Memory is
the resident set, with the pages of mapped files that are in it. “With rules” all that we ship are
evaluated over the raw series.
"""
    asked = """
The ratio of failed runs over a window, from raw series and from recorded ones, and two panels of
the dashboard over six hours with a point a minute. “Processor” is what is planned with.
"""
    machine = conditions(measured.machine, measured.pages, measured.idle)
    return "\n".join(
        (
            "## What was measured\n",
            "Medians; in brackets the least and the most of all rounds.\n",
            "### Bytes\n",
            blocks_table(measured),
            prose(said),
            "### Memory and processor\n",
            running_table(measured),
            prose(how),
            "### Queries\n",
            queries_table(measured),
            prose(asked),
            "### Where\n",
            machine,
        )
    )
