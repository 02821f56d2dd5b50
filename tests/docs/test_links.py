"""The documents lead to what is there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from opsconductor.settings import PROJECT_ROOT

DOCUMENTS = sorted(
    (*PROJECT_ROOT.glob("*.md"), *(PROJECT_ROOT / "docs").rglob("*.md")),
)


def targets(document: Path) -> Iterator[tuple[Path, str]]:
    """The files that a document links to or shows, with their heading."""
    text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" not in target and not target.startswith("mailto:"):
            name, _, heading = target.partition("#")
            yield (document.parent / name if name else document), heading


def anchors(document: Path) -> set[str]:
    """The headings of a document, as links name them."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings
    }


@pytest.mark.parametrize(
    "document", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT_ROOT))
)
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:
    """A reader at night does not end at a page that does not exist."""
    for target, heading in targets(document):
        assert target.exists(), f"{document.name} links to {target}"
        assert not heading or heading in anchors(target), f"{document.name}: no #{heading}"


def test_decisions_are_numbered_without_gaps() -> None:
    """A number, once given, is the record's name for good."""
    records = sorted((PROJECT_ROOT / "docs/decisions").glob("*.md"))
    assert records
    for number, record in enumerate(records, start=1):
        assert re.fullmatch(rf"{number:04}-[a-z0-9-]+\.md", record.name)
        assert record.read_text(encoding="utf-8").startswith(f"# {number}. ")


@pytest.mark.parametrize(
    "record", sorted((PROJECT_ROOT / "docs/decisions").glob("*.md")), ids=lambda p: p.stem
)
def test_a_decision_says_why_what_and_at_what_price(record: Path) -> None:
    """Each record has its three parts, and stays short enough to be read."""
    text = record.read_text(encoding="utf-8")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
    assert len(text.splitlines()) <= 60


def test_no_document_names_a_machines_own_paths() -> None:
    """What stands in a document is true on every machine."""
    for document in DOCUMENTS:
        assert not re.search(r"(?<![\w~.])/(work|root|home)/", document.read_text(encoding="utf-8"))
