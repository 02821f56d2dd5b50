"""The committed evidence is what is measured today, and its documents say what it says."""

import re
from xml.etree import ElementTree as ET

import pytest

from opsconductor.cli.evidence import FIGURES_FILE, LIBRARY_FILE
from opsconductor.monitoring.evidence import approaches
from opsconductor.monitoring.evidence.approaches import APPROACHES
from opsconductor.monitoring.evidence.errors import StaleResultsError
from opsconductor.monitoring.evidence.figure import Unit
from opsconductor.monitoring.evidence.figures import FIGURES
from opsconductor.monitoring.evidence.incident_pages import MARKS, scored
from opsconductor.monitoring.evidence.incidents import INCIDENTS
from opsconductor.monitoring.evidence.judging import judged
from opsconductor.monitoring.evidence.measuring import explained
from opsconductor.monitoring.evidence.page import PAGE, documents
from opsconductor.monitoring.evidence.results import Figures, Library
from opsconductor.monitoring.evidence.simulation import SHIPPED

QUICK_FIGURES = ("1-detects-at-1", "3-spike", "5-detects-at-14.4", "6-detects", "6-resets-short")
QUICK_INCIDENTS = ("spike-5m", "total-15m", "rare-two-errors", "flap-10m-of-2h")


@pytest.fixture(scope="module")
def figures() -> Figures:
    """The committed figures."""
    return Figures.model_validate_json(FIGURES_FILE.read_bytes())


@pytest.fixture(scope="module")
def library() -> Library:
    """The committed judgements."""
    return Library.model_validate_json(LIBRARY_FILE.read_bytes())


@pytest.fixture(scope="module")
def texts(figures: Figures, library: Library) -> dict[str, str]:
    """The documents."""
    return documents(figures, library)


@pytest.mark.parametrize("key", QUICK_FIGURES)
def test_committed_figures_are_what_is_measured_today(key: str, figures: Figures) -> None:
    """A change of the simulation that moves a figure must be measured and committed anew."""
    (figure,) = (one for one in FIGURES if one.key == key)
    committed = figures.figures[key].model_dump()
    for name, value in explained(figure).items():
        assert committed[name] == pytest.approx(value), name


@pytest.mark.parametrize("key", QUICK_INCIDENTS)
def test_committed_judgements_are_what_is_judged_today(key: str, library: Library) -> None:
    """A change of the rules' semantics that moves an outcome must be judged anew."""
    (incident,) = (one for one in INCIDENTS if one.key == key)
    assert library.incidents[key] == judged(incident)


def test_a_real_prometheus_saw_every_figure_as_simulated(figures: Figures) -> None:
    """Between the simulation of the samples and the real server nothing is left to explain."""
    assert set(figures.figures) == {one.key for one in FIGURES}
    for key, found in figures.figures.items():
        assert found.fine_prometheus == pytest.approx(found.fine, abs=1e-9), key
        assert found.shipped_prometheus == pytest.approx(found.shipped, abs=1e-9), key


def test_a_real_prometheus_shows_the_books_figures_within_a_step(figures: Figures) -> None:
    """Sampled often, the server is within one step of the formula; as shipped within the grids."""
    bound = (SHIPPED.scrapes.step + SHIPPED.evaluations.step) / 1000
    for one in FIGURES:
        found = figures.figures[one.key]
        if one.expected is None:
            assert found.fine_prometheus is found.shipped_prometheus is None
        elif one.unit is not Unit.PERCENT:
            assert found.fine_prometheus == pytest.approx(one.expected, abs=one.fine / 1000)
            assert found.shipped_prometheus == pytest.approx(one.expected, abs=bound)


def test_a_real_prometheus_was_asked_about_most_incidents(library: Library) -> None:
    """The judgements rest on a simulation that was checked on more than half of the library."""
    assert set(library.incidents) == set(MARKS)
    assert len(library.checked.incidents) > len(INCIDENTS) / 2
    assert library.checked.evaluations > 1_000_000


def test_what_the_advice_says_is_so(library: Library) -> None:
    """The paragraph's claims: the naive rule cries wolf more, misses less, and is sooner."""
    scores = scored(library)
    naive, six, ours = (
        scores[one.key] for one in (approaches.NAIVE, approaches.MULTIPLE_WINDOWS, approaches.OURS)
    )
    assert None not in (naive.pages.precision, six.pages.precision, ours.pages.precision)
    assert naive.pages.precision < six.pages.precision < ours.pages.precision  # type: ignore[operator]
    assert naive.pages.missed < six.pages.missed < ours.pages.missed
    assert naive.false_calls > 10 * six.false_calls > 10 * ours.false_calls


def test_other_results_are_refused(figures: Figures, library: Library) -> None:
    """What was measured of other figures or incidents is no evidence for these."""
    with pytest.raises(StaleResultsError, match="opsconductor evidence"):
        documents(figures.model_copy(update={"inputs": "0"}), library)
    with pytest.raises(StaleResultsError, match="opsconductor evidence"):
        documents(figures, library.model_copy(update={"inputs": "0"}))


def test_the_page_shows_everything(texts: dict[str, str]) -> None:
    """Each figure as the book has it, each approach, each incident and each picture is there."""
    page = texts[PAGE].replace("\u00a0", " ")
    for one in FIGURES:
        assert f"{one.says} | **{one.stated}** | {one.stated} | {one.stated} |" in page
    assert all(one.title in page for one in APPROACHES)
    assert all(f"`{one.key}`" in page for one in INCIDENTS)
    assert set(re.findall(r"\]\(([\w-]+\.svg)\)", page)) == set(texts) - {PAGE}
    assert "None" not in page


def test_a_table_row_has_as_many_cells_as_its_head(texts: dict[str, str]) -> None:
    """A stray separator would shift every figure into the wrong column."""
    for block in re.findall(r"(?:^\|.*\n)+", texts[PAGE], re.MULTILINE):
        assert len({line.count("|") for line in block.splitlines()}) == 1, block.splitlines()[0]


@pytest.mark.parametrize(
    "name", ["detection-times.svg", "precision-and-recall.svg", "incidents.svg"]
)
def test_a_picture_is_well_formed_and_keeps_to_its_sheet(name: str, texts: dict[str, str]) -> None:
    """Every word and box lies inside the picture, which says what it is and follows dark pages."""
    root = ET.fromstring(texts[name])
    space = "{http://www.w3.org/2000/svg}"
    width, height = float(root.get("width", 0)), float(root.get("height", 0))
    assert root.findtext(f"{space}title")
    assert "prefers-color-scheme: dark" in texts[name]
    words = root.findall(f"{space}text")
    assert len(words) > 10
    for one in (*words, *root.findall(f"{space}rect")):
        assert 0 <= float(one.get("x", 0)) <= width
        assert 0 <= float(one.get("y", 0)) + float(one.get("height", 0)) <= height
