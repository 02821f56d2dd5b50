"""SVG by hand: a sheet with text, boxes and lines that reads on light and on dark pages.

Colours are classes of a style sheet inside the picture, which follows the reader's colour scheme;
the sheet has its own background, so that it reads wherever else it is shown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

Anchor = Literal["start", "middle", "end"]

_LIGHT = {
    "page": "#ffffff",
    "ink": "#1f2328",
    "faint": "#59636e",
    "grid": "#d1d9e0",
    "a": "#0969da",
    "b": "#bc4c00",
    "c": "#1a7f37",
    "d": "#8250df",
    "e": "#9a6700",
    "good": "#2da44e",
    "good-soft": "#aceebb",
    "bad": "#cf222e",
    "bad-soft": "#ffc1bc",
    "half": "#bf8700",
    "calm": "#eaeef2",
    "mark": "#ffffff",
}
_DARK = {
    "page": "#0d1117",
    "ink": "#e6edf3",
    "faint": "#9198a1",
    "grid": "#3d444d",
    "a": "#58a6ff",
    "b": "#f0883e",
    "c": "#3fb950",
    "d": "#bc8cff",
    "e": "#d29922",
    "good": "#238636",
    "good-soft": "#1b4d2b",
    "bad": "#da3633",
    "bad-soft": "#6e2b2b",
    "half": "#9e6a03",
    "calm": "#21262d",
    "mark": "#ffffff",
}


@dataclass(slots=True)
class Sheet:
    """A picture in pixels; `title` and `description` are also for those who have it read out."""

    width: int
    height: int
    title: str
    description: str
    _parts: list[str] = field(default_factory=list)

    def text(  # noqa: PLR0913  where, what, and how it looks
        self,
        x: float,
        y: float,
        said: str,
        *,
        anchor: Anchor = "start",
        size: int = 12,
        colour: str = "ink",
        bold: bool = False,
    ) -> None:
        """Words with their baseline at `y`."""
        weight = ' font-weight="600"' if bold else ""
        self._parts.append(
            f'<text x="{x:g}" y="{y:g}" font-size="{size}" text-anchor="{anchor}"{weight} '
            f'class="{colour}">{escape(said)}</text>'
        )

    def box(  # noqa: PLR0913, PLR0917  a rectangle has four numbers and a colour
        self, x: float, y: float, width: float, height: float, colour: str, tip: str = ""
    ) -> None:
        """A filled rectangle; `tip` is shown where a pointer rests."""
        inner = f"><title>{escape(tip)}</title></rect>" if tip else "/>"
        self._parts.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="2" '
            f'class="{colour}"{inner}'
        )

    def line(
        self,
        points: Sequence[tuple[float, float]],
        colour: str,
        *,
        width: float = 1,
        dash: str = "",
    ) -> None:
        """A line through points, without fill."""
        along = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        broken = f" stroke-dasharray={quoteattr(dash)}" if dash else ""
        self._parts.append(
            f'<polyline points="{along}" stroke-width="{width:g}"{broken} class="s-{colour}"/>'
        )

    def render(self) -> str:
        """The document."""
        body = "\n".join(self._parts)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" height="{self.height}" '
            f'viewBox="0 0 {self.width} {self.height}" role="img" '
            f"aria-label={quoteattr(self.title)}>\n"
            f"<title>{escape(self.title)}</title>\n<desc>{escape(self.description)}</desc>\n"
            f"<style>\n{_style()}</style>\n"
            f'<rect width="{self.width}" height="{self.height}" class="page"/>\n{body}\n</svg>\n'
        )


def _style() -> str:
    dark = "\n".join(_classes(_DARK))
    return (
        "text { font-family: system-ui, 'DejaVu Sans', sans-serif; }\n"
        "polyline { fill: none; }\n"
        + "\n".join(_classes(_LIGHT))
        + f"\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n"
    )


def _classes(colours: dict[str, str]) -> Iterable[str]:
    for name, colour in colours.items():
        yield f".{name} {{ fill: {colour}; }} .s-{name} {{ stroke: {colour}; }}"
