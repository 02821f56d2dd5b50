"""The picture of the model: measured points, the lines through them, and how far they go."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log10
from typing import Final

from opsconductor.monitoring.capacity.fit import Line
from opsconductor.monitoring.capacity.measurements import Measurements
from opsconductor.monitoring.capacity.model import Model
from opsconductor.monitoring.capacity.wording import bytes_text, count, share_text
from opsconductor.monitoring.evidence.svg import Sheet

_WIDTH, _HEIGHT = 860, 440
_TOP, _HIGH, _WIDE = 104, 270, 330
_DECADES: Final = (2, 7)
"""The horizontal axis: from 100 to 10 million series."""
_TICKS: Final = {2: "100", 3: "1 k", 4: "10 k", 5: "100 k", 6: "1 M", 7: "10 M"}
_DOT = 7


@dataclass(frozen=True, slots=True)
class _Curve:
    says: str
    colour: str
    line: Line
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class _Panel:
    """One half of the picture; `decades` are those of its vertical axis."""

    says: str
    left: float
    decades: tuple[int, int]
    shown: Callable[[float], str]
    curves: Sequence[_Curve]

    def x(self, series: float) -> float:
        """Where so many series are."""
        first, last = _DECADES
        return self.left + _WIDE * (log10(series) - first) / (last - first)

    def y(self, figure: float) -> float:
        """Where a figure is."""
        first, last = self.decades
        return _TOP + _HIGH * (1 - (log10(figure) - first) / (last - first))


def picture(measured: Measurements, found: Model, rule_interval: float) -> str:
    """Memory and processor by series, with points, lines and where they are extrapolated."""
    sheet = Sheet(
        _WIDTH,
        _HEIGHT,
        "What one Prometheus needs, by its series",
        "Two panels with logarithmic axes: memory, and processor. Points are measured; lines go "
        "through them, whole as far as it was measured and broken beyond.",
    )
    sheet.text(20, 30, sheet.title, size=16, bold=True)
    sheet.text(20, 50, "points are measured; broken lines are extrapolated", colour="faint")
    for panel in (_memory(measured, found), _processor(measured, found, rule_interval)):
        _draw(sheet, panel)
    return sheet.render()


def _memory(measured: Measurements, found: Model) -> _Panel:
    running = measured.running
    peaks = [(one.series, one.peak) for one in running]
    resident = [(one.series, one.resident_with_rules.median) for one in running]
    return _Panel(
        "memory",
        80,
        (7, 11),
        bytes_text,
        (
            _Curve("at most, at a start or a compaction", "b", found.peak, peaks),
            _Curve("resident", "a", found.resident, resident),
        ),
    )


def _processor(measured: Measurements, found: Model, rule_interval: float) -> _Panel:
    """Both as shares of a core; the line of scraping is by samples, ten seconds apart."""
    running = measured.running
    apart = running[0].series / running[0].samples_a_second
    rules, scraping = found.evaluation, found.scraping
    return _Panel(
        "processor",
        500,
        (-4, 2),
        share_text,
        (
            _Curve(
                "our rules, every 30 s",
                "d",
                _scaled(rules, 1 / rule_interval, 1),
                [(one.series, one.evaluation.median / rule_interval) for one in running],
            ),
            _Curve(
                "scraping every 10 s",
                "c",
                _scaled(scraping, 1, apart),
                [(one.series, one.scraping.median) for one in running],
            ),
        ),
    )


def _scaled(of: Line, figure: float, size: float) -> Line:
    """The same line in other units: figures times `figure`, sizes times `size`."""
    return Line(of.fixed * figure, of.each * figure / size, of.measured * size, of.residual)


def _draw(sheet: Sheet, panel: _Panel) -> None:
    sheet.text(panel.left, 76, panel.says, size=14, bold=True)
    for n, curve in enumerate(panel.curves):
        x, height = panel.left + 90, 70 + n * 18
        sheet.box(x, height - 3, _DOT, _DOT, curve.colour)
        sheet.text(x + 14, height + 5, curve.says)
    for decade in range(panel.decades[0], panel.decades[1] + 1):
        y = panel.y(10.0**decade)
        sheet.line([(panel.left, y), (panel.left + _WIDE, y)], "grid")
        said = panel.shown(10.0**decade).removesuffix(" of a core")
        sheet.text(panel.left - 6, y + 4, said, anchor="end", colour="faint", size=11)
    for decade in range(_DECADES[0], _DECADES[1] + 1):
        x = panel.x(10.0**decade)
        sheet.line([(x, _TOP), (x, _TOP + _HIGH)], "grid")
        said = _TICKS[decade]
        sheet.text(x, _TOP + _HIGH + 18, said, anchor="middle", colour="faint", size=11)
    sheet.text(panel.left + _WIDE / 2, _TOP + _HIGH + 42, "series", anchor="middle")
    for curve in panel.curves:
        _curve(sheet, panel, curve)


def _curve(sheet: Sheet, panel: _Panel, curve: _Curve) -> None:
    first, last = (10.0**decade for decade in _DECADES)
    edge = max(size for size, _ in curve.points)
    for start, end, dash in ((first, edge, ""), (edge, last, "5 4")):
        sizes = [start * (end / start) ** (step / 40) for step in range(41)]
        points = [(panel.x(size), panel.y(curve.line.at(size))) for size in sizes]
        inside = [(x, y) for x, y in points if _TOP <= y <= _TOP + _HIGH]
        sheet.line(inside, curve.colour, width=2, dash=dash)
    for size, figure in curve.points:
        x, y = panel.x(size), panel.y(figure)
        tip = f"{count(size)} series: {panel.shown(figure)}"
        sheet.box(x - _DOT / 2, y - _DOT / 2, _DOT, _DOT, curve.colour, tip)
