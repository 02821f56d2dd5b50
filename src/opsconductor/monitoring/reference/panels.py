"""The panels of the dashboards, with what they read and which alerts they draw."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from opsconductor.monitoring.lint import dashboard
from opsconductor.monitoring.lint.dashboard_queries import expressions
from opsconductor.monitoring.lint.dashboards.alert_threshold import steps_shown
from opsconductor.monitoring.promql.syntax import bare, parse
from opsconductor.monitoring.reference.reading import read_by

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel.

    `reads` are declared names, `signals` its expressions, each in one spelling, and `steps` the
    values at which it changes its colour.
    """

    board: str
    uid: str
    id: int
    title: str
    words: frozenset[str]
    reads: frozenset[str]
    signals: frozenset[str]
    steps: tuple[float, ...]

    @property
    def path(self) -> str:
        """Where Grafana and the console show it, below their own address."""
        return f"/d/{self.uid}?viewPanel={self.id}"

    def draws(
        self, alert: str, signals: Iterable[str], reads: frozenset[str], limit: float
    ) -> bool:
        """Whether it is about an alert with these signals, series and limit.

        It is where it names the alert, shows what the alert compares, or draws the alert's limit
        over the series that the alert reads.
        """
        same_limit = bool(reads) and reads <= self.reads and limit in self.steps
        return alert in self.words or not self.signals.isdisjoint(signals) or same_limit


def panels(texts: Mapping[str, str], scrape_interval: float) -> tuple[Panel, ...]:
    """Every panel that reads metrics; `texts` are dashboards, file name to JSON."""
    return tuple(
        panel for name, text in texts.items() for panel in _panels(name, text, scrape_interval)
    )


def nearest(known: Iterable[Panel], reads: frozenset[str]) -> Panel | None:
    """The panel that reads all of these names and least besides; None where there is none."""
    fitting = [panel for panel in known if reads and reads <= panel.reads]
    return min(fitting, key=lambda panel: len(panel.reads), default=None)


def signal(expression: str) -> str:
    """An expression in one spelling. Raises `PromQLError`."""
    return str(bare(parse(expression)))


def _panels(name: str, text: str, scrape_interval: float) -> Iterator[Panel]:
    board = dashboard.load(name, text)
    asked: dict[int, list[str]] = {}
    for found in expressions(board, scrape_interval):
        if found.panel is not None and found.is_readable:
            asked.setdefault(id(found.panel), []).append(found.substitution.text)
    for panel in board.panels:
        queries = asked.get(id(panel), [])
        if panel.id is not None and queries:
            yield Panel(
                board=board.title,
                uid=board.uid,
                id=panel.id,
                title=panel.title,
                words=frozenset(_WORD.findall(f"{panel.title} {panel.description}")),
                reads=read_by(*queries),
                signals=frozenset(signal(query) for query in queries),
                steps=tuple(steps_shown(panel)),
            )
