"""The part of the evidence that reproduces the book's figures."""

from opsconductor.monitoring.evidence.figure import Figure, Unit
from opsconductor.monitoring.evidence.figures import FIGURES
from opsconductor.monitoring.evidence.markdown import NONE, prose, table
from opsconductor.monitoring.evidence.results import Figures, Measured
from opsconductor.monitoring.evidence.simulation import SHIPPED

_PREMISES = """\
The premises of all of them: an objective of 99.9 % over 30 days, steady traffic, no failed request
before the outage, a constant share of failed requests during it. Times to fire and to exhaustion
count from the outage's start, times to reset from its **end**. So after 10 minutes of 15 % errors
the short window is back at its limit when it still holds 0.48 of its 5 minutes of errors, 4.52
minutes after the last one; the long window holds the 5.76 minutes that made it fire until 54.24
minutes after the end. The two reset times do not depend on how long the outage was, only that it
was long enough to fire and no longer than the window. With approach 3 the full outage fires after
1 h and 0.06 s: the hold begins when the one-minute ratio reaches 0.1 %.
"""

_DIFFERENCES = """\
Where an outage begins between two scrapes and two evaluations is chance. The columns in the middle
are one start, the same for all figures and for the real server; the last column is simulated for
every start, a second apart.

- **Scrape grid.** An error exists for Prometheus from the next scrape on, up to {scrape:g} s late.
  At the other end the errors leave the window with the scrapes that counted them: up to
  {scrape:g} s early, so a reset can come sooner than by the formula.

- **`rate()`.** It extrapolates what it saw to the window's edges, by the same factor for errors and
  for requests, so that it cancels in their ratio. The exception: it does not extrapolate a counter
  to before its 0, so errors that began within the window are stretched less than requests, by at
  most one scrape interval in the length of the window. {stretch}

- **Evaluation grid.** A rule looks every {evaluation:g} s, so whatever it says it says up to
  {evaluation:g} s late.

- **Prometheus.** Nothing is left: at every figure the real server and the simulation of its samples
  gave the same instant, to the millisecond.

In all at most {both:g} s; the largest difference of all starts is {largest:.1f} s. It does not grow
with the window: half a minute is much for a figure of 0.6 s, and nothing for one of 57.84 minutes.
A full outage is noticed by approach 1 not after 0.6 s but after {first:.0f} to {last:.0f} s.
"""


def figures_section(results: Figures) -> str:
    """The figures side by side, and where their differences come from."""
    return "\n".join(
        (
            "## The book's figures\n",
            _PREMISES,
            _side_by_side(results),
            _measured(results),
            "### Where the differences come from\n",
            "Each column adds one cause; all in seconds.\n",
            _causes(results),
            _explained(results),
        )
    )


def _measured(results: Figures) -> str:
    scrape, evaluation = SHIPPED.scrapes.step / 1000, SHIPPED.evaluations.step / 1000
    return prose(
        "“Prometheus, fine” has samples and evaluations every so many seconds. “As shipped” "
        f"scrapes every {scrape:g} s and evaluates every {evaluation:g} s, as this project does. "
        "Differences are to the formula. Measured with Prometheus "
        f"{results.prometheus.partition('+')[0]}, over blocks that promtool made. A hold is no "
        "part of an expression: that Prometheus counts it as the simulation does is tested with "
        "promtool."
    )


def _side_by_side(results: Figures) -> str:
    head = (
        "approach",
        "<what",
        "the book",
        "formula",
        "simulation",
        "Prometheus, fine",
        "difference",
        "Prometheus, as shipped",
        "difference",
    )
    rows = []
    for figure in FIGURES:
        found = results.figures[figure.key]
        rows.append(
            (
                figure.approach.key if figure.approach else "any",
                figure.says,
                f"**{figure.stated}**",
                figure.shown(figure.expected),
                figure.shown(found.continuous),
                f"{figure.shown(found.fine_prometheus)} (every {figure.fine / 1000:g} s)",
                difference(figure, found.fine_prometheus),
                figure.shown(found.shipped_prometheus),
                difference(figure, found.shipped_prometheus),
            )
        )
    return table(head, rows)


def difference(figure: Figure, value: float | None) -> str:
    """A measured value against the formula's."""
    if value is None or figure.expected is None:
        return "none" if value == figure.expected else "!"
    if figure.unit is Unit.PERCENT:
        return f"{100 * (value - figure.expected):+.2f} %"
    return f"{value - figure.expected:+.2f} s"


def _timed(results: Figures) -> list[tuple[Figure, float, Measured]]:
    """The figures that are times, with the formula's value."""
    return [
        (one, one.expected, results.figures[one.key])
        for one in FIGURES
        if one.expected is not None and one.unit is not Unit.PERCENT
    ]


def _causes(results: Figures) -> str:
    head = (
        "figure",
        "formula",
        "+ scrape grid",
        "+ `rate()`",
        "+ evaluation grid",
        "+ Prometheus",
        "in all, whatever the start",
    )
    rows = []
    for figure, expected, found in _timed(results):
        steps = (found.scraped, found.stretched, found.shipped, found.shipped_prometheus)
        before = (expected, *steps[:-1])
        added = [
            NONE if now is None or then is None else f"{now - then:+.2f}"
            for then, now in zip(before, steps, strict=True)
        ]
        rows.append((f"`{figure.key}`", f"{expected:.2f}", *added, _range(expected, found)))
    return table(head, rows)


def _range(expected: float, found: Measured) -> str:
    if found.shipped_range is None:
        return NONE
    least, greatest = found.shipped_range
    return f"{least - expected:+.1f} to {greatest - expected:+.1f}"


def _explained(results: Figures) -> str:
    timed = _timed(results)
    moved = [f"`{one.key}`" for one, _, found in timed if found.stretched != found.scraped]
    ranges = {
        one.key: (expected, found.shipped_range)
        for one, expected, found in timed
        if found.shipped_range
    }
    differences = [abs(edge - expected) for expected, edges in ranges.values() for edge in edges]
    _, (first, last) = ranges["1-detects-at-1"]
    scrape, evaluation = SHIPPED.scrapes.step / 1000, SHIPPED.evaluations.step / 1000
    return prose(
        _DIFFERENCES.format(
            scrape=scrape,
            evaluation=evaluation,
            both=scrape + evaluation,
            largest=max(differences),
            first=first,
            last=last,
            stretch=(
                f"It moves {len(moved)} of the {len(timed)} times here: {', '.join(moved)}."
                if moved
                else f"Here it moves none of the {len(timed)} times: the ratio jumps at scrapes, "
                "and by more than the stretch."
            ),
        )
    )
