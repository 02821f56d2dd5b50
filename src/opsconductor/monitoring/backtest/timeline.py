"""A picture of a backtest: each alert's signal and limit, when it was pending and fired, incidents.

The SVG stands alone: no script, no font file, nothing fetched.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from opsconductor.monitoring.backtest.incidents import Incident
from opsconductor.monitoring.backtest.outcome import Span

Point = tuple[int, float, float]
"""An instant (milliseconds), the least and the most value about it."""

WIDTH, LEFT, RIGHT = 1200, 270, 24
LANE, LANE_GAP, HEAD, FOOT = 76, 12, 66, 64
TICKS = 8
LETTER = 6.2
"""About the width of a small letter."""
DAY = 86_400_000
_STEPS = (60, 300, 600, 1800, 3600, 10_800, 21_600, 43_200, 86_400, 172_800, 432_000, 864_000)
"""Seconds between marks on the time axis."""
_STYLE = """\
text{font:12px system-ui,'Segoe UI',Helvetica,Arial,sans-serif;fill:#1f2933}
.title{font-size:16px;font-weight:600}.name{font-weight:600}.soft{fill:#616e7c;font-size:11px}
.lane{fill:#f7f9fb;fill-opacity:.6;stroke:#d9e2ec}.incident{fill:#7b8794;fill-opacity:.22}
.pending{fill:#f0b429}.firing{fill:#d64545}.signal{fill:#2f6fb5;fill-opacity:.25;stroke:#2f6fb5}
.limit{stroke:#d64545;stroke-dasharray:5 4;stroke-width:1}.grid{stroke:#e4e7eb}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One alert. `limit` is what the signal is compared with, None where there is no number."""

    name: str
    labels: str
    signal: Sequence[Point] = ()
    limit: float | None = None
    pending: Sequence[Span] = ()
    firing: Sequence[Span] = ()
    note: str = ""


def timeline(
    title: str, span: Span, lanes: Sequence[Lane], incidents: Iterable[Incident] = ()
) -> str:
    """The picture as SVG."""
    scale = _Scale(span)
    marked = list(incidents)
    height = HEAD + len(lanes) * (LANE + LANE_GAP) + FOOT
    bottom = height - FOOT + LANE_GAP
    parts = [
        _opening(title, height),
        f"<style>{_STYLE}</style>",
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
        f'<text class="title" x="16" y="26">{escape(title)}</text>',
        *_grid(scale, bottom),
        *(part for number, lane in enumerate(lanes) for part in _lane(scale, number, lane)),
        *_incidents(scale, marked, bottom),
        *_legend(height),
        "</svg>\n",
    ]
    return "\n".join(parts)


def _opening(title: str, height: int) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}" role="img" aria-label="{escape(title)}">'
    )


class _Scale:
    """From instants to horizontal places."""

    def __init__(self, span: Span) -> None:
        self.first, self.last = span

    def x(self, instant: float) -> float:
        share = (instant - self.first) / max(1, self.last - self.first)
        return round(LEFT + min(1.0, max(0.0, share)) * (WIDTH - LEFT - RIGHT), 1)

    def width(self, span: Span) -> float:
        """Never so narrow that it cannot be seen."""
        return max(1.5, round(self.x(span[1]) - self.x(span[0]), 1))


def _lane(scale: _Scale, number: int, lane: Lane) -> Iterator[str]:
    top = HEAD + number * (LANE + LANE_GAP)
    plot = LANE - 14
    yield (
        f'<rect class="lane" x="{LEFT}" y="{top}" width="{WIDTH - LEFT - RIGHT}" height="{LANE}"/>'
    )
    yield f'<text class="name" x="16" y="{top + 18}">{escape(lane.name)}</text>'
    for line, text in enumerate(_lines(lane.labels)):
        yield f'<text class="soft" x="16" y="{top + 34 + 13 * line}">{escape(text)}</text>'
    if lane.note:
        yield f'<text class="soft" x="16" y="{top + LANE - 4}">{escape(lane.note)}</text>'
    yield from _curve(scale, lane, top, plot)
    for kind, spans in (("pending", lane.pending), ("firing", lane.firing)):
        for span in spans:
            yield (
                f'<rect class="{kind}" x="{scale.x(span[0])}" y="{top + LANE - 10}" '
                f'width="{scale.width(span)}" height="9"><title>{kind} '
                f"{_moment(span[0])} to {_moment(span[1])}</title></rect>"
            )


def _curve(scale: _Scale, lane: Lane, top: int, plot: int) -> Iterator[str]:
    if not lane.signal:
        return
    values = [high for _, _, high in lane.signal if abs(high) != float("inf")]
    least = min(0.0, *(low for _, low, _ in lane.signal if abs(low) != float("inf")), 0.0)
    most = max([*values, lane.limit or 0]) or 1.0
    # Far beyond the limit the exact height tells nothing; the limit has to be seen.
    if lane.limit:
        most = min(most, 6 * abs(lane.limit))
    reach = (most - least) or 1.0

    def y(value: float) -> float:
        share = (min(most, max(least, value)) - least) / reach
        return round(top + plot - share * (plot - 6), 1)

    for piece in _pieces(lane.signal):
        upper = [f"{scale.x(instant)},{y(high)}" for instant, _, high in piece]
        lower = [f"{scale.x(instant)},{y(low)}" for instant, low, _ in reversed(piece)]
        yield f'<polygon class="signal" points="{" ".join((*upper, *lower))}"/>'
    if lane.limit is not None:
        height = y(lane.limit)
        yield f'<line class="limit" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{height}" y2="{height}"/>'
        yield (
            f'<text class="soft" x="{LEFT - 6}" y="{height + 4}" text-anchor="end">'
            f"{lane.limit:g}</text>"
        )


def _pieces(points: Sequence[Point]) -> Iterator[list[Point]]:
    """The points in stretches without a gap of three times the usual distance."""
    distances = sorted(later[0] - sooner[0] for sooner, later in pairwise(points))
    usual = distances[len(distances) // 2] if distances else 0
    piece: list[Point] = []
    for point in points:
        if piece and point[0] - piece[-1][0] > 3 * usual:
            yield piece
            piece = []
        piece.append(point)
    if piece:
        yield piece


def _incidents(scale: _Scale, incidents: Sequence[Incident], bottom: int) -> Iterator[str]:
    taken = [-1e9, -1e9]
    for one in incidents:
        if one.end < scale.first or one.start > scale.last:
            continue
        x, width = scale.x(one.start), max(3.0, scale.width((one.start, one.end)))
        name = escape(one.name)
        yield (
            f'<rect class="incident" x="{x}" y="{HEAD - 8}" width="{width}" '
            f'height="{bottom - HEAD + 2}"><title>{name}</title></rect>'
        )
        # Names that would run into each other take turns on two lines.
        x = min(x, WIDTH - RIGHT - LETTER * len(one.name))
        line = 0 if x > taken[0] else 1
        if x > taken[line]:
            yield f'<text class="soft" x="{x}" y="{HEAD - 12 - 13 * line}">{name}</text>'
            taken[line] = x + LETTER * len(one.name) + 8


def _grid(scale: _Scale, bottom: int) -> Iterator[str]:
    length = (scale.last - scale.first) / 1000
    step = next((one for one in _STEPS if length / one <= TICKS), _STEPS[-1]) * 1000
    mark = -(-scale.first // step) * step
    shape = "%d %b" if step >= DAY else "%d %b %H:%M"
    while mark <= scale.last:
        x = scale.x(mark)
        yield f'<line class="grid" x1="{x}" x2="{x}" y1="{HEAD - 4}" y2="{bottom - 4}"/>'
        text = time.strftime(shape, time.gmtime(mark / 1000))
        yield f'<text class="soft" x="{x}" y="{bottom + 12}" text-anchor="middle">{text}</text>'
        mark += step


def _legend(height: int) -> Iterator[str]:
    y = height - 16
    marks = (
        ('<rect class="firing" x="{x}" y="{top}" width="18" height="9"/>', "firing"),
        ('<rect class="pending" x="{x}" y="{top}" width="18" height="9"/>', "pending"),
        ('<rect class="incident" x="{x}" y="{top}" width="18" height="9"/>', "marked incident"),
        ('<line class="limit" x1="{x}" x2="{end}" y1="{middle}" y2="{middle}"/>', "limit"),
        (
            '<line class="signal" x1="{x}" x2="{end}" y1="{middle}" y2="{middle}"/>',
            "signal, least to most; cut off at six times the limit",
        ),
    )
    x = LEFT
    for shape, text in marks:
        yield shape.format(x=x, top=y - 9, end=x + 18, middle=y - 4)
        yield f'<text class="soft" x="{x + 24}" y="{y}">{text}</text>'
        x += 44 + 7 * len(text)
    yield f'<text class="soft" x="16" y="{y}">times are UTC</text>'


def _lines(text: str, width: int = 40, most: int = 2) -> list[str]:
    lines = [""]
    for word in text.split(" "):
        if len(lines[-1]) + len(word) > width and lines[-1]:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines[:most]


def _moment(instant: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(instant / 1000))
