"""A kind of series: what is known of its labels."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from opsconductor.monitoring.promql.schema import Values
from opsconductor.monitoring.promql.values import ABSENT, FREE, join

NAME = "__name__"
MOST_SHAPES = 12
"""More alternatives than this are merged into fewer that say less."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of series that a node may yield.

    `labels` holds what is known of each label, the name (`__name__`) among them while it is kept;
    a label that is not there is absent, unless the shape is `open`: then it may be anything.
    `metrics` are the series names that the samples come from.
    """

    labels: Mapping[str, Values]
    open: bool = False
    metrics: frozenset[str] = frozenset()

    def __getitem__(self, label: str) -> Values:
        """What a label may be."""
        return self.labels.get(label) or (FREE if self.open else ABSENT)

    def may_have(self, label: str) -> bool:
        """Whether any series of this kind may have the label."""
        return self[label] != ABSENT

    def with_label(self, label: str, values: Values) -> "Shape":
        """The same with this label set."""
        return replace(self, labels=tidy({**self.labels, label: values}, is_open=self.open))

    def without(self, labels: Iterable[str]) -> "Shape":
        """The same with these labels gone."""
        gone = set(labels)
        kept = {name: values for name, values in self.labels.items() if name not in gone}
        if self.open:
            kept |= dict.fromkeys(gone, ABSENT)
        return replace(self, labels=kept)

    def only(self, labels: Iterable[str]) -> "Shape":
        """The same with all other labels gone."""
        kept = {name: self[name] for name in labels}
        return Shape(tidy(kept, is_open=False), open=False, metrics=self.metrics)


ANYTHING = Shape({}, open=True)
NO_LABELS = Shape({})


def tidy(labels: Mapping[str, Values], *, is_open: bool) -> dict[str, Values]:
    """The labels without those that say what a missing one says anyway."""
    says_nothing = FREE if is_open else ABSENT
    return {name: values for name, values in labels.items() if values != says_nothing}


def merged(shapes: Iterable[Shape]) -> tuple[Shape, ...]:
    """The shapes without duplicates, and few: where they are too many, they are joined."""
    distinct: dict[object, Shape] = {}
    for shape in shapes:
        key = (frozenset(shape.labels.items()), shape.open)
        known = distinct.get(key)
        if known is not None and known.metrics != shape.metrics:
            shape = replace(shape, metrics=known.metrics | shape.metrics)  # noqa: PLW2901
        distinct[key] = shape
    if len(distinct) <= MOST_SHAPES:
        return tuple(distinct.values())
    alike = tuple(_joined_where_alike(distinct.values()))
    return alike if len(alike) <= MOST_SHAPES else (joined(alike),)


def joined(shapes: Iterable[Shape]) -> Shape:
    """One shape that every series of any of them fits. Needs at least one."""
    every = tuple(shapes)
    is_open = any(shape.open for shape in every)
    labels: dict[str, Values] = {}
    for name in {name for shape in every for name in shape.labels}:
        values = every[0][name]
        for shape in every[1:]:
            values = join(values, shape[name])
        labels[name] = values
    metrics = frozenset[str]().union(*(shape.metrics for shape in every))
    return Shape(tidy(labels, is_open=is_open), open=is_open, metrics=metrics)


def _joined_where_alike(shapes: Iterable[Shape]) -> Iterator[Shape]:
    """Those with the same labels become one."""
    groups: dict[object, list[Shape]] = {}
    for shape in shapes:
        groups.setdefault((frozenset(shape.labels), shape.open), []).append(shape)
    return (joined(group) for group in groups.values())
