"""The family that counts what the label policies did not admit."""

from collections.abc import Sequence

from opsconductor.contract.family import Family, Label
from opsconductor.contract.vocabulary import PROCESSES


def label_overflow(declared: Sequence[Family]) -> Family:
    """The overflow counter of every process, large enough for each of the families declared.

    A process counts under the names of its own families and labels, so that the process with the
    most of them sets the bounds: no overflow is itself counted as `other`.
    """
    labelled = [
        [family for family in declared if family.labels and process in family.exposed_by]
        for process in PROCESSES
    ]
    bounds = (
        Label("family", limit=max(map(len, labelled))),
        Label("label", limit=max(len(_label_names(families)) for families in labelled)),
    )
    most_families, most_labels = (bound.worst_case for bound in bounds)
    return Family(
        name="telemetry_label_overflow_total",
        exposed_by=PROCESSES,
        kind="counter",
        help="Label values recorded as 'other' because the label's policy does not admit them.",
        labels=bounds,
        seeded=None,
        optional=True,
        budget=most_families * most_labels,
    )


def _label_names(families: Sequence[Family]) -> set[str]:
    return {label.name for family in families for label in family.labels}
