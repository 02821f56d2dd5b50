"""A backtest as tables for a terminal."""

from collections import Counter
from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from opsconductor.monitoring.backtest.alert_state import Episode
from opsconductor.monitoring.backtest.comparison import AlertComparison
from opsconductor.monitoring.backtest.outcome import Labels, Outcome, RuleOutcome
from opsconductor.monitoring.backtest.report import firing_time, moment, text_of
from opsconductor.monitoring.backtest.scoring import (
    AlertScore,
    IncidentScore,
    Scores,
    Told,
    is_heartbeat,
)

_STYLES = {Told.DETECTED: "green", Told.MISSED: "red", Told.UNPROVEN: "yellow"}
_UNITS = ((86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s"))
FULL = 0.9995
"""From here on a share is all of it."""


def show(console: Console, outcome: Outcome, scores: Scores | None) -> None:
    """Print what one set of rules did."""
    console.print(Text(f"{outcome.name}", "bold"))
    first, last = (moment(one) for one in outcome.judged)
    console.print(
        f"judged from {first} to {last} ({length(outcome.judged[1] - outcome.judged[0])})"
    )
    _show_what_lacks(console, outcome)
    console.print(_firings(outcome))
    _show_silent(console, outcome)
    if scores is not None:
        console.print(_incidents(scores))
        console.print(_scores(scores))
        console.print(
            f"precision {share(scores.precision)}, recall {share(scores.recall)} over the "
            "incidents that could be judged"
        )
    if outcome.unproven:
        console.print(_unproven(outcome))
    console.print()


def show_comparison(
    console: Console, first: Outcome, second: Outcome, compared: Sequence[AlertComparison]
) -> None:
    """Print both sets of rules side by side."""
    table = _table("A against B", "alert", "only A", "only B", "both", "B later by")
    for one in compared:
        later = [length(pair.later, signed=True) for pair in one.both[:3]]
        more = f", … {len(one.both) - 3} more" if len(one.both) > 3 else ""  # noqa: PLR2004
        table.add_row(
            f"{one.alert}\n{_labels(one.labels)}",
            _when(one.only_first),
            _when(one.only_second),
            str(len(one.both)),
            ", ".join(later) + more or "-",
        )
    console.print(f"A: {first.name}\nB: {second.name}")
    console.print(table if compared else "neither fired anything")


def length(milliseconds: int | None, *, signed: bool = False) -> str:
    """A duration in its two largest units: `1h 5m`."""
    if milliseconds is None:
        return "-"
    sign = "-" if milliseconds < 0 else "+" if signed and milliseconds else ""
    rest = abs(milliseconds)
    parts: list[str] = []
    for size, unit in _UNITS:
        if rest >= size and len(parts) < 2:  # noqa: PLR2004  two units
            parts.append(f"{rest // size}{unit}")
        rest %= size
    return sign + (" ".join(parts) or f"{abs(milliseconds)}ms" if milliseconds else "0s")


def share(value: float | None) -> str:
    """A share as a percentage."""
    return "-" if value is None else f"{value * 100:.3g} %"


def _show_what_lacks(console: Console, outcome: Outcome) -> None:
    asked, judged = outcome.asked, outcome.judged
    if judged[0] > asked[0] or judged[1] < asked[1]:
        part = (judged[1] - judged[0]) / max(1, asked[1] - asked[0])
        if part < FULL:
            console.print(
                Text(
                    f"the history has {share(part)} of the time that was asked for "
                    f"({length(asked[1] - asked[0])})",
                    "yellow",
                )
            )
    for gap in outcome.gaps:
        lost = f"no sample at all from {moment(gap[0])} to {moment(gap[1])}"
        console.print(Text(f"{lost}: what fires there may be the gap's doing", "yellow"))
    for note in outcome.notes:
        console.print(Text(note, "bright_black"))


def _firings(outcome: Outcome) -> Table:
    table = _table("what fired", "alert", "firings", "firing", "longest", "pending only", "samples")
    proven = [one for one in outcome.proven if not is_heartbeat(one)]
    for rule in proven:
        for alert in rule.alerts:
            table.add_row(
                f"{rule.rule.name}\n{_labels(alert.labels)}",
                str(len(alert.firings)),
                length(firing_time(alert.firings, outcome.judged)),
                length(_longest(alert.firings, outcome)),
                str(len(alert.episodes) - len(alert.firings)),
                _coverage(rule),
            )
    return table


def _show_silent(console: Console, outcome: Outcome) -> None:
    loud = {one.rule.name for one in outcome.proven if one.alerts}
    silent: dict[str, str] = {}
    for one in outcome.proven:
        if one.rule.name not in loud:
            samples = _coverage(one)
            lacking = "" if samples == "all" else f" (has {samples} of its samples)"
            silent[one.rule.name] = silent.get(one.rule.name) or lacking
    if silent:
        console.print(f"silent: {', '.join(name + lacking for name, lacking in silent.items())}")
    beating = [one.rule.name for one in outcome.proven if is_heartbeat(one)]
    if beating:
        console.print(f"always firing, as they must: {', '.join(beating)}")


def _labels(labels: Labels) -> str:
    return text_of(tuple(one for one in labels if one[0] != "severity"))


def _longest(firings: Iterable[Episode], outcome: Outcome) -> int | None:
    return max((firing_time([one], outcome.judged) for one in firings), default=None)


def _coverage(rule: RuleOutcome) -> str:
    """How much of the judged time the rule's scarcest input has samples for."""
    least = min((one.share for one in rule.inputs), default=1.0)
    if least >= FULL:
        return "all"
    return f"{share(least)}"


def _incidents(scores: Scores) -> Table:
    table = _table("incidents", "incident", "verdict", "alert", "to detect", "budget", "to reset")
    for score in scores.incidents:
        head = f"{score.incident.name}\n{moment(score.incident.start)}"
        rows = list(_incident_rows(score)) or [("-", "-", "-", "-")]
        for number, row in enumerate(rows):
            first = (head, _verdict(score)) if number == 0 else ("", "")
            table.add_row(*first, *row)
        table.add_section()
    return table


def _incident_rows(score: IncidentScore) -> Iterable[tuple[str, str, str, str]]:
    """The first alert of each name, with how many more there are."""
    names = Counter(one.alert for one in score.detections)
    seen: set[str] = set()
    for one in score.detections:
        if one.alert not in seen:
            seen.add(one.alert)
            more = f" (+{names[one.alert] - 1})" if names[one.alert] > 1 else ""
            yield (
                f"{one.alert}{more}",
                length(one.time_to_detect),
                share(one.budget_spent),
                length(one.time_to_reset),
            )
    for name in score.missed:
        yield name, "missed", "-", "-"
    for name in score.unproven:
        yield name, "unproven", "-", "-"
    if score.why:
        yield score.why, "-", "-", "-"


def _verdict(score: IncidentScore) -> Text:
    return Text(str(score.told), _STYLES[score.told])


def _scores(scores: Scores) -> Table:
    table = _table("per alert", "alert", "true", "beside", "false", "precision", "missed", "recall")
    for one in scores.alerts:
        if one.heartbeat or not (one.true or one.beside or one.false or one.expected):
            continue
        table.add_row(*_score(one))
    return table


def _score(one: AlertScore) -> tuple[str, ...]:
    return (
        one.alert,
        str(one.true),
        str(one.beside),
        str(one.false),
        share(one.precision),
        f"{one.expected - one.detected} of {one.expected}",
        share(one.recall),
    )


def _unproven(outcome: Outcome) -> Table:
    table = _table("unproven: the history cannot tell", "alert", "rule", "why")
    for one in outcome.unproven:
        table.add_row(one.rule.name, one.rule.place, one.why)
    return table


def _when(episodes: Sequence[Episode]) -> str:
    if not episodes:
        return "-"
    first = moment(episodes[0].fired)
    return f"{first}" if len(episodes) == 1 else f"{len(episodes)}, first {first}"


def _table(title: str, *columns: str) -> Table:
    table = Table(
        title=title,
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        title_justify="left",
        title_style="bold",
    )
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
