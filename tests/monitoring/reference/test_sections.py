"""Generated parts of a page that people write."""

import pytest

from opsconductor.monitoring.reference.sections import SectionError, filled, section

PAGE = f"# Slow\n\n{section('facts', 'old')}\n\nProse.\n"


def test_a_section_is_renewed_and_the_prose_is_kept() -> None:
    """Whoever edits the page loses nothing by `generate`."""
    assert filled(PAGE, {"facts": "new"}) == f"# Slow\n\n{section('facts', 'new')}\n\nProse.\n"


def test_filling_twice_changes_nothing() -> None:
    """What was generated is up to date."""
    once = filled(PAGE, {"facts": "| a |\n| --- |\n"})
    assert filled(once, {"facts": "| a |\n| --- |\n"}) == once


def test_a_body_is_taken_as_it_is() -> None:
    r"""Nothing in it is a pattern: `\1` stays."""
    assert "\\1 \\g<name>" in filled(PAGE, {"facts": "\\1 \\g<name>"})


@pytest.mark.parametrize(
    ("page", "bodies"),
    [
        ("# Slow\n", {"facts": "x"}),
        (PAGE, {"facts": "x", "silence": "y"}),
        (PAGE, {}),
        (PAGE + PAGE, {"facts": "x"}),
        (PAGE.replace("<!-- end -->", ""), {"facts": "x"}),
        (PAGE + "<!-- end -->\n", {"facts": "x"}),
        (PAGE.replace("old", "<!-- generated: facts -->"), {"facts": "x"}),
    ],
)
def test_marks_that_are_not_in_order_are_refused(page: str, bodies: dict[str, str]) -> None:
    """A section that somebody deleted or doubled would otherwise go stale in silence."""
    with pytest.raises(SectionError):
        filled(page, bodies)
