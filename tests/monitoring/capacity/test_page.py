"""The page holds the estimate against what is measured, and shows all of it."""

import re
from xml.etree import ElementTree as ET

import pytest

from opsconductor.monitoring.capacity.estimates import ESTIMATES, SAMPLES_A_DAY, TOTAL
from opsconductor.monitoring.capacity.measurements import Measurements
from opsconductor.monitoring.capacity.model import Model
from opsconductor.monitoring.capacity.page import PAGE, PICTURE, documents
from opsconductor.monitoring.capacity.scale import planned
from opsconductor.monitoring.capacity.wording import bytes_text, count


@pytest.fixture(scope="module")
def texts(measured: Measurements) -> dict[str, str]:
    """The documents by path."""
    return documents(measured)


def test_the_estimate_is_many_times_too_high(lines: Model) -> None:
    """39 bytes a sample are estimated; there are 16 before compression, and 1 to 3 after it."""
    first = ESTIMATES[0]
    assert first.bytes_a_sample == pytest.approx(TOTAL / 15 / SAMPLES_A_DAY, rel=0.2)
    assert first.bytes_a_sample > 10 * lines.bytes_a_sample["busy"]


def test_every_size_has_its_estimate_and_its_plan(texts: dict[str, str], lines: Model) -> None:
    """1x, 10x, 100x and 10,000x, each with what is planned for as many services."""
    page = texts[PAGE].replace("\u00a0", " ")
    for one in ESTIMATES:
        real = planned(one, lines)
        assert f"| {count(one.factor)}x | estimated" in page
        assert f"| {count(real.series)} |" in page
        assert bytes_text(real.bytes_a_day) in page


def test_a_size_beyond_the_measured_says_so(texts: dict[str, str]) -> None:
    """The row of 10,000 times says how many times it is extrapolated."""
    page = texts[PAGE].replace("\u00a0", " ")
    (row,) = re.findall(r"^\| 10,000x \|.* times \|$", page, re.MULTILINE)
    assert row


def test_every_measured_figure_is_shown(texts: dict[str, str], measured: Measurements) -> None:
    """Each size, each kind of traffic and each query is in the page's tables."""
    page = texts[PAGE].replace("\u00a0", " ")
    for one in measured.running:
        assert f"{count(one.series)} series" in page
    for run in measured.blocks:
        assert f"{count(run.series)} series, {run.moving}" in page
    for query in measured.queries:
        assert f"| {query.kind} | " in page
        assert count(query.samples) in page
    assert measured.machine.date in page


def test_a_table_row_has_as_many_cells_as_its_head(texts: dict[str, str]) -> None:
    """A stray separator would shift every figure into the wrong column."""
    for block in re.findall(r"(?:^\|.*\n)+", texts[PAGE], re.MULTILINE):
        assert len({line.count("|") for line in block.splitlines()}) == 1, block.splitlines()[0]


def test_the_picture_is_well_formed_and_keeps_to_its_sheet(
    texts: dict[str, str], measured: Measurements
) -> None:
    """Every word, dot and line lies inside, there is a dot for each point, and dark pages work."""
    root = ET.fromstring(texts[PICTURE])
    space = "{http://www.w3.org/2000/svg}"
    width, height = float(root.get("width", 0)), float(root.get("height", 0))
    assert root.findtext(f"{space}title")
    assert "prefers-color-scheme: dark" in texts[PICTURE]
    dots = [one for one in root.findall(f"{space}rect") if one.find(f"{space}title") is not None]
    assert len(dots) == 4 * len(measured.running)
    for one in (*root.findall(f"{space}text"), *root.findall(f"{space}rect")):
        assert 0 <= float(one.get("x", 0)) <= width
        assert 0 <= float(one.get("y", 0)) + float(one.get("height", 0)) <= height
    for line in root.findall(f"{space}polyline"):
        for point in line.get("points", "").split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= width
            assert 0 <= y <= height
