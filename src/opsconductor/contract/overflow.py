"""The family that counts what the label policies did not admit."""

from collections.abc import Iterable, Sequence

from opsconductor.contract.family import Family, Label
from opsconductor.contract.vocabulary import PROCESSES

NAME = "telemetry_label_overflow_total"


def label_overflow(declared: Sequence[Family]) -> Family:
    """The overflow counter of every process, large enough for each of the families declared.

    A process counts under the names of its own families and labels, so that the process with the
    most of them sets the bounds: no overflow is itself counted as `other`. Every pair of a process
    is exposed at 0 (of an optional family once there is one), so that the first overflow is an
    increase.
    """
    counted = [pairs(one for one in declared if process in one.exposed_by) for process in PROCESSES]
    bounds = (
        Label("family", limit=max(len({family for family, _ in of}) for of in counted)),
        Label("label", limit=max(len({label for _, label in of}) for of in counted)),
    )
    most_families, most_labels = (bound.worst_case for bound in bounds)
    return Family(
        name=NAME,
        exposed_by=PROCESSES,
        kind="counter",
        help="Label values recorded as 'other' because the label's policy does not admit them.",
        labels=bounds,
        budget=most_families * most_labels,
    )


def pairs(exposed: Iterable[Family]) -> tuple[tuple[str, str], ...]:
    """The family and the label of every label that may overflow in a process that exposes these."""
    return tuple(
        (family.name, label.name)
        for family in exposed
        if family.name != NAME
        for label in family.labels
    )
