"""The model says of the sizes that were measured what was measured."""

import pytest

from opsconductor.monitoring.capacity.error import MeasurementsError
from opsconductor.monitoring.capacity.fit import Line
from opsconductor.monitoring.capacity.measurements import Measurements
from opsconductor.monitoring.capacity.model import Model, model


def test_every_measured_point_lies_within_the_stated_residual(
    measured: Measurements, lines: Model
) -> None:
    """Memory, start, scraping, rules and head of each size are what the lines give there."""
    for one in measured.running:
        by_series: tuple[tuple[Line, float], ...] = (
            (lines.resident, one.resident_with_rules.median),
            (lines.peak, one.peak),
            (lines.restart, one.restart_seconds),
            (lines.evaluation, one.evaluation.median),
            (lines.head, one.head),
        )
        for line, figure in by_series:
            assert abs(line.at(one.series) / figure - 1) <= line.residual + 1e-9
        scraping = lines.scraping.at(one.samples_a_second)
        assert abs(scraping / one.scraping.median - 1) <= lines.scraping.residual + 1e-9
    for query in measured.queries:
        if query.kind == "raw burn":
            planned = lines.raw_query.at(query.samples)
            assert abs(planned / query.processor.median - 1) <= lines.raw_query.residual + 1e-9


def test_nothing_measured_exceeds_what_is_planned_at_most(
    measured: Measurements, lines: Model
) -> None:
    """Memory at its peak and the head on disk stay within their lines at every size."""
    for one in measured.running:
        assert one.peak <= lines.peak.at(one.series) * (1 + 1e-9)
        assert one.head <= lines.head.at(one.series) * (1 + 1e-9)


def test_what_was_measured_spans_the_sizes_of_the_estimate(measured: Measurements) -> None:
    """500, 5,000 and 50,000 series, within a tenth; each with at least three rounds."""
    sizes = [one.series for one in measured.running]
    assert sizes == pytest.approx([500, 5000, 50_000], rel=0.1)
    assert min(len(one.scraping.rounds) for one in measured.running) >= 3


def test_a_compressed_sample_is_smaller_than_a_raw_one(lines: Model) -> None:
    """A sample that stands still is the cheapest, and no kind takes a quarter of 16 bytes."""
    kinds = lines.bytes_a_sample
    assert 0 < kinds["quiet"] < kinds["ordinary"] < kinds["busy"] < 4
    assert kinds["ordinary"] < lines.log < 16


def test_a_longer_block_needs_less_index(measured: Measurements) -> None:
    """Each series is named once in a block, so that samples in long blocks carry less of it."""
    for run in measured.blocks:
        ordered = sorted((one.hours, one.index / one.samples) for one in run.blocks)
        if ordered[-1][0] > 2 * ordered[0][0]:
            assert ordered[-1][1] < ordered[0][1]


def test_figures_that_lack_a_kind_are_refused(measured: Measurements) -> None:
    """Half of the measurements make no plan; the text says how to make the rest."""
    for lacking in (
        {"blocks": [one for one in measured.blocks if one.moving != "busy"]},
        {"queries": [one for one in measured.queries if one.kind != "recorded burn"]},
        {"queries": [one for one in measured.queries if one.kind != "raw burn"]},
    ):
        with pytest.raises(MeasurementsError, match="make bench-storage"):
            model(measured.model_copy(update=lacking))
