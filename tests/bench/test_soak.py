"""The soak tells growth from noise."""

import random

import pytest
from bench.soak import Sample, slope, table


def test_growth_is_seen_through_noise() -> None:
    """Six megabytes an hour stand out of half a megabyte of noise."""
    noise = random.Random(1)
    minutes = [number / 4 for number in range(240)]
    found = slope(minutes, [100 + minute / 10 + noise.gauss(0, 0.5) for minute in minutes])
    assert found.per_hour == pytest.approx(6, abs=0.5)
    assert found.grows


def test_noise_is_no_growth() -> None:
    """A level that only trembles is steady."""
    minutes = [number / 4 for number in range(240)]
    trembling = [100 + (0.5 if number % 2 else -0.5) for number in range(240)]
    assert not slope(minutes, trembling).grows


def test_shrinking_is_no_growth() -> None:
    """Memory that is given back is not reported as a leak."""
    assert not slope([0, 1, 2, 3], [104, 103, 102, 101]).grows


def test_too_few_samples_are_refused() -> None:
    """A run too short for a margin says so instead of showing a figure."""
    with pytest.raises(ValueError, match="needs three samples or more"):
        slope([0, 1], [1, 2])


def test_the_table_leaves_the_warm_up_out() -> None:
    """The first sixth of the run, in which caches fill, does not count as growth."""
    samples = [
        Sample(float(minute), {"pipeline": 10.0 if minute < 10 else 40.0}) for minute in range(61)
    ]
    assert "| pipeline | 40 | 40 | +0.0 ± 0.0 | steady |" in table(samples)
    assert "51 samples in 50 minutes." in table(samples)
