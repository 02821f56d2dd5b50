"""A runbook's address below our base has a page behind it."""

import pytest
from tests.monitoring.lint.linting import BASE, ids, linted, only

from opsconductor.monitoring.lint.rules.example import COMPLETE

URL = f"{BASE}/DiskNearlyFull"


@pytest.mark.parametrize(
    "url", [URL, f"{URL}#now", f"{URL}/", "http://elsewhere/x", f"'{BASE}/{{{{ $labels.path }}}}'"]
)
def test_a_page_that_exists_or_that_cannot_be_known_is_fine(url: str) -> None:
    """Anchors, other people's pages and addresses by template are left alone."""
    assert ids(linted(COMPLETE.replace(URL, url))) == []


def test_a_page_that_does_not_exist_is_found_with_the_one_that_was_meant() -> None:
    """The nearest page's name is offered."""
    finding = only(linted(COMPLETE.replace(URL, f"{BASE}/DiskNearlyFul")))
    assert finding.kind.id == "runbook-missing-page"
    assert finding.position.line == 13
    assert "Did you mean `DiskNearlyFull`?" in finding.advice
