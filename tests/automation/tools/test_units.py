"""Sizes and spans read well."""

import pytest

from opsconductor.automation.units import size, span


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (5 * 1024**3, "5.0 GiB"),
        (1e19, "8881.8 PiB"),
    ],
)
def test_a_size_has_a_fitting_unit(count: float, shown: str) -> None:
    """The unit is the largest of which there is at least one."""
    assert size(count) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0 seconds"),
        (-5, "0 seconds"),
        (61, "1 minute 1 second"),
        (7200, "2 hours"),
        (90_061, "1 day 1 hour"),
        (86_400 * 3 + 59, "3 days"),
    ],
)
def test_a_span_has_its_two_largest_units(seconds: float, shown: str) -> None:
    """Nothing that is zero is said."""
    assert span(seconds) == shown
