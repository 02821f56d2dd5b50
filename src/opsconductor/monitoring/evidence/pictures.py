"""The pictures of the evidence: how soon, how rightly, and incident by incident."""

from collections.abc import Mapping, Sequence
from math import inf, log10
from typing import Final

from opsconductor.monitoring.evidence import approaches, formulas
from opsconductor.monitoring.evidence.approaches import APPROACHES, Action, Approach, BurnAlert
from opsconductor.monitoring.evidence.figure import BUDGET
from opsconductor.monitoring.evidence.incidents import INCIDENTS
from opsconductor.monitoring.evidence.results import Judged
from opsconductor.monitoring.evidence.scoring import Score, verdict
from opsconductor.monitoring.evidence.svg import Sheet
from opsconductor.objectives import DAY, HOUR, MINUTE

_WIDTH: Final = 860


def precision_and_recall(scores: Mapping[str, Score]) -> str:
    """Two bars for each approach as a pager."""
    row, left, wide, top = 46, 300, 480, 84
    sheet = Sheet(
        _WIDTH,
        top + row * len(APPROACHES) + 34,
        "Precision and recall of each approach as a pager",
        "For each approach one bar for precision and one for recall, in percent.",
    )
    sheet.text(20, 30, sheet.title, size=16, bold=True)
    for x, colour, said in (
        (20, "a", "precision: pages that were worth it"),
        (330, "b", "recall: incidents worth a page that were paged for"),
    ):
        sheet.box(x, 44, 14, 14, colour)
        sheet.text(x + 20, 56, said)
    bottom = top + row * len(APPROACHES)
    for tenth in range(0, 11, 2):
        at = left + wide * tenth / 10
        sheet.line([(at, top - 6), (at, bottom)], "grid")
        sheet.text(at, bottom + 18, f"{tenth * 10} %", anchor="middle", colour="faint")
    for n, approach in enumerate(APPROACHES):
        y, pages = top + n * row, scores[approach.key].pages
        sheet.text(left - 12, y + 22, approach.title, anchor="end", size=13)
        for offset, colour, share in ((2, "a", pages.precision), (20, "b", pages.recall)):
            if share is not None:
                sheet.box(left, y + offset, wide * share, 16, colour)
            said = "no page" if share is None else f"{share:.0%}".replace("%", " %")
            sheet.text(left + wide * (share or 0) + 6, y + offset + 13, said)
    return sheet.render()


_VERDICTS: Final = (
    ("right page", "good", "P"),
    ("right ticket", "good-soft", "t"),
    ("rightly silent", "calm", ""),
    ("only a ticket", "half", "t"),
    ("missed", "bad-soft", "-"),
    ("false ticket", "half", "t"),
    ("false page", "bad", "P"),
)
"""Words, colour and letter of each verdict: no two that matter differ in colour alone."""
_LEGEND: Final = (
    ("right page", "right page"),
    ("right ticket", "right ticket"),
    ("rightly silent", "rightly silent"),
    ("only a ticket", "ticket, for a page or for nothing"),
    ("missed", "missed"),
    ("false page", "false page"),
)


def by_incident(judged: Mapping[str, Judged]) -> str:
    """A row for each incident, a column for each approach, and what the one made of the other."""
    row, left, cell, top = 17, 300, 66, 138
    sheet = Sheet(
        _WIDTH,
        top + row * len(INCIDENTS) + 16,
        "What each approach made of each incident",
        "A table of coloured cells: right page, right ticket, rightly silent, ticket instead of "
        "page or for nothing, missed, false page.",
    )
    sheet.text(20, 30, sheet.title, size=16, bold=True)
    looks = {name: (colour, letter) for name, colour, letter in _VERDICTS}
    for n, (name, said) in enumerate(_LEGEND):
        x, y = 20 + n % 3 * 250, 44 + n // 3 * 22
        colour, letter = looks[name]
        sheet.box(x, y, 20, 15, colour)
        sheet.text(x + 10, y + 12, letter, anchor="middle", size=11, colour=_letter(colour))
        sheet.text(x + 26, y + 12, said)
    sheet.text(20, top - 10, "incident", colour="faint")
    sheet.text(left - 12, top - 10, "worth", anchor="end", colour="faint")
    for n, approach in enumerate(APPROACHES):
        for line, said in enumerate(_two_lines(approach.short)):
            middle = left + n * cell + cell / 2
            sheet.text(middle, top - 24 + line * 14, said, anchor="middle", size=11, bold=True)
    for n, incident in enumerate(INCIDENTS):
        y = top + n * row
        sheet.text(20, y + 12, incident.key, size=11)
        sheet.text(left - 12, y + 12, incident.worth, anchor="end", size=11, colour="faint")
        for column, approach in enumerate(APPROACHES):
            outcome = judged[incident.key].outcomes[approach.key]
            said = verdict(incident.worth, outcome)
            colour, letter = looks[said]
            x = left + column * cell
            sheet.box(
                x + 1, y + 1, cell - 2, row - 2, colour, f"{incident.key}, {approach.title}: {said}"
            )
            more = f"{letter} x{outcome.calls}" if outcome.calls > 1 else letter
            sheet.text(x + cell / 2, y + 12, more, anchor="middle", size=11, colour=_letter(colour))
    return sheet.render()


def _letter(colour: str) -> str:
    return "ink" if colour in {"calm", "good-soft", "bad-soft"} else "mark"


def _two_lines(short: str) -> tuple[str, ...]:
    return tuple(short.split(" ", 1))


_TICKS: Final = (
    (1, "1 s"),
    (10, "10 s"),
    (MINUTE, "1 min"),
    (10 * MINUTE, "10 min"),
    (HOUR, "1 h"),
    (6 * HOUR, "6 h"),
    (DAY, "1 d"),
    (3 * DAY, "3 d"),
)
_LINES: Final[Sequence[tuple[Approach, str, str, str, float]]] = (
    (approaches.TARGET_RATE, "1: over 10 m", "a", "", 2.5),
    (approaches.LONG_WINDOW, "2: over 36 h", "b", "", 5),
    (approaches.DURATION, "3: over 1 m for 1 h", "d", "2 4", 2.5),
    (approaches.BURN_RATE, "4: burn of 36 over 1 h", "ink", "9 7", 2),
    (approaches.MULTIPLE_BURN_RATES, "5 and 6: burns of 14.4 and 6 (page)", "c", "", 2.5),
)


def detection_times() -> str:
    """Seconds to the page by error ratio, for the objective of 99.9 %, by the formula."""
    left, top, wide, high = 76, 112, 740, 330
    sheet = Sheet(
        _WIDTH,
        top + high + 62,
        "How soon each approach pages, by the error ratio of the outage (99.9 %)",
        "Both axes are logarithmic. A line that begins further right misses what is left of it.",
    )

    def x_of(ratio: float) -> float:
        return left + wide * (log10(ratio) + 3) / 3

    def y_of(seconds: float) -> float:
        return top + high * (1 - (log10(seconds) - log10(0.5)) / (log10(3 * DAY) - log10(0.5)))

    sheet.text(20, 30, sheet.title, size=16, bold=True)
    for n, (_, said, colour, dash, thick) in enumerate(_LINES):
        x, y = 20 + n % 3 * 215, 54 + n // 3 * 22
        sheet.line([(x, y - 4), (x + 34, y - 4)], colour, width=thick, dash=dash)
        sheet.text(x + 40, y, said)
    for seconds, said in _TICKS:
        sheet.line([(left, y_of(seconds)), (left + wide, y_of(seconds))], "grid")
        sheet.text(left - 8, y_of(seconds) + 4, said, anchor="end", colour="faint")
    for ratio, said in ((0.001, "0.1 %"), (0.01, "1 %"), (0.1, "10 %"), (1, "100 %")):
        sheet.line([(x_of(ratio), top), (x_of(ratio), top + high)], "grid")
        sheet.text(x_of(ratio), top + high + 20, said, anchor="middle", colour="faint")
    sheet.text(left + wide / 2, top + high + 44, "error ratio of the outage", anchor="middle")
    for approach, _, colour, dash, thick in _LINES:
        points = [(x_of(ratio), y_of(seconds)) for ratio, seconds in _curve(approach)]
        sheet.line(points, colour, width=thick, dash=dash)
    return sheet.render()


def _curve(approach: Approach) -> list[tuple[float, float]]:
    """Error ratio and seconds to the page, from the least ratio that pages to a full outage."""
    pages = [alert for alert in approach.alerts if alert.action is Action.PAGE]
    least = min(alert.factor for alert in pages) * BUDGET
    ratios = [10 ** (n / 100) for n in range(round(log10(least) * 100), 1)]
    points = []
    for ratio in (least, *(ratio for ratio in ratios if ratio > least)):
        seconds = min(_fires(alert, ratio) for alert in pages)
        if seconds < inf:
            points.append((ratio, seconds))
    return points


def _fires(alert: BurnAlert, ratio: float) -> float:
    limit = alert.factor * BUDGET
    return max(formulas.detection(window, limit, ratio, alert.hold) for window in alert.windows)
