"""Every kind of finding is shown by its examples: the bad one is found, the good one is silent."""

import re

import pytest
from tests.monitoring.lint.linting import linted

from opsconductor.monitoring.lint.finding import Example, Kind, Level
from opsconductor.monitoring.lint.kinds import BY_ID, KINDS


def texts(example: Example) -> list[str]:
    """The documents of an example, the one beside it first."""
    return [example.beside, example.text] if example.beside else [example.text]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id)
def test_the_bad_example_is_found_by_its_id_and_by_no_other_error(kind: Kind) -> None:
    """A reader of the page sees the mistake that the page is about, and no other error."""
    found = [finding.kind for finding in linted(*texts(kind.bad)).findings]
    assert kind in found
    assert {one.id for one in found if one.level is Level.ERROR} <= {kind.id}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id)
def test_the_good_example_is_silent(kind: Kind) -> None:
    """The corrected twin has no finding at all, not even of another kind."""
    report = linted(*texts(kind.good))
    assert [f"{one.kind.id}: {one.explanation}" for one in report.findings] == []
    assert report.counts.expressions > 0, "a silent example must have been read"


def test_every_id_is_of_one_kind_only() -> None:
    """An id names one page and one suppression."""
    assert len(BY_ID) == len(KINDS)
    assert all(re.fullmatch(r"[a-z]+(?:-[a-z0-9]+)*", name) for name in BY_ID)
