"""`docs/evidence/`: the page and its pictures, from what was measured."""

from opsconductor.monitoring.evidence.approaches import SOURCE
from opsconductor.monitoring.evidence.errors import StaleResultsError
from opsconductor.monitoring.evidence.figure_pages import figures_section
from opsconductor.monitoring.evidence.incident_pages import advice, incidents_section, scored
from opsconductor.monitoring.evidence.pictures import (
    by_incident,
    detection_times,
    precision_and_recall,
)
from opsconductor.monitoring.evidence.results import (
    Figures,
    Library,
    figure_inputs,
    library_inputs,
)

PAGE = "alerting-on-slos.md"

_HEAD = f"""\
# Alerting on objectives: the evidence

How soon does an alert on an error budget call, and how often rightly? The figures of the
[standard text][book] on it are reproduced three ways: by formula, by simulation, and on a real
Prometheus over the same outages. Then what the book says in words only: how precise each of its six
approaches is and what it misses, measured over a library of incidents, beside the naive rule and
our own.

Rendered by `opsconductor generate` from results that `opsconductor evidence` measures; the data is
in `generated/evidence`, the code in `src/opsconductor/monitoring/evidence`.

[book]: https://sre.google/workbook/alerting-on-slos/ '{SOURCE}'
"""

_APPROACHES = """\
## The approaches

1. The error ratio over 10 minutes reaches what the objective allows.
2. The same over 36 hours.
3. The ratio over 1 minute stays above it for 1 hour.
4. The budget burns 36 times too fast over 1 hour (5 % of it goes in that hour).
5. Burns of 14.4 over 1 h and 6 over 6 h page, a burn of 1 over 3 d writes a ticket.
6. The same, each with a short window of a twelfth as well, which must burn too.

A *burn* of 1 spends the budget exactly in the period. Approaches 5 and 6 page at the same moment;
the short window only lets 6 stop sooner. The *naive* rule is “success below the target over 5 m and
1 h”; *ours* are the tiers of [decision 1][1]: SLOBurnRateFast pages, the others write to a channel
or by mail.

[1]: ../decisions/0001-burn-rate-instead-of-success-below-99-percent.md

![How soon each approach pages, by error ratio](detection-times.svg)
"""


def documents(figures: Figures, library: Library) -> dict[str, str]:
    """File names to texts. Raises `StaleResultsError`."""
    if (figures.inputs, library.inputs) != (figure_inputs(), library_inputs()):
        raise StaleResultsError(
            "figures, incidents or approaches have changed since the evidence was measured; "
            "run 'opsconductor evidence' and commit generated/evidence"
        )
    sections = (
        _HEAD,
        advice(library),
        _APPROACHES,
        figures_section(figures),
        incidents_section(library),
    )
    return {
        PAGE: "\n".join(sections),
        "detection-times.svg": detection_times(),
        "precision-and-recall.svg": precision_and_recall(scored(library)),
        "incidents.svg": by_incident(library.incidents),
    }
