"""What `opsconductor prove` has found, as a table for people and a document for programs."""

from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from opsconductor.proof.equivalents import MOST
from opsconductor.proof.routing import Routing
from opsconductor.proof.summary import LEAST, Summary, Verdict

MOST_SHOWN = 20
_COLOURS = {Verdict.PROVEN: "green", Verdict.SELF_CONSISTENT: "yellow", Verdict.UNPROVEN: "red"}


def as_document(found: Summary) -> dict[str, Any]:
    """The summary as JSON has it."""
    return {
        "ok": found.ok,
        "kill_rate": round(found.rate, 4),
        "kill_rate_without_equivalents": round(found.rate_without_equivalents, 4),
        **asdict(found),
    }


def print_report(console: Console, name: str, found: Summary) -> None:
    """Alerts, mutants, survivors, routes, and the verdict in the last line."""
    console.print(_table(found))
    for line in found.lines:
        if line.why:
            console.print(Text(f"{line.name} is unproven: {line.why}", "red"))
    _mutants(console, found)
    if found.routing is not None:
        _routing(console, found.routing)
    for complaint in found.complaints:
        console.print(Text(complaint, "red"))
    verdict = Text("all proven", "green") if found.ok else Text("not proven", "red")
    if found.ok and any(line.verdict is Verdict.SELF_CONSISTENT for line in found.lines):
        verdict = Text("self-consistent: each rule does what its own text says", "yellow")
    console.print(Text.assemble((f"{name}: ", "bold"), verdict))


def _table(found: Summary) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("alert")
    for heading in ("rules", "scenarios", "mutants", "killed", "equivalent", "survived"):
        table.add_column(heading, justify="right")
    table.add_column("verdict")
    for line in found.lines:
        survived = line.mutants - line.killed - line.equivalent
        table.add_row(
            line.name,
            str(line.rules),
            str(line.stories),
            str(line.mutants),
            str(line.killed),
            str(line.equivalent or "-"),
            Text(str(survived or "-"), "red" if survived else ""),
            Text(line.verdict.value, _COLOURS[line.verdict]),
        )
    return table


def _mutants(console: Console, found: Summary) -> None:
    reasons: dict[str, list[str]] = {}
    for mutant, reason in found.equivalents.items():
        reasons.setdefault(reason, []).append(mutant)
    for reason, named in reasons.items():
        console.print(Text(f"\n{len(named)} equivalent: {reason}"), soft_wrap=True)
        for mutant in named[:2]:
            console.print(Text(f"  such as {mutant}", "bright_black"), soft_wrap=True)
    if found.survivors:
        console.print(Text(f"\n{len(found.survivors)} survived:", "red" if found.own else ""))
    for mutant in found.survivors[:MOST_SHOWN]:
        console.print(Text(f"  {mutant}"), soft_wrap=True)
    if len(found.survivors) > MOST_SHOWN:
        console.print(f"  and {len(found.survivors) - MOST_SHOWN} more; --format json has all")
    console.print(
        f"\n{found.stories} scenarios, {found.mutants} mutants ({found.redundant} more slips "
        f"change nothing, {found.refused} are refused by Prometheus), {found.killed} killed: "
        f"{found.rate:.1%}{_excused(found)}",
        soft_wrap=True,
    )


def _excused(found: Summary) -> str:
    if not found.own:
        return ""
    rate = found.rate_without_equivalents
    said = f"; without {len(found.equivalents)} equivalents {rate:.1%} (at least {LEAST:.0%})"
    if found.equivalents and not found.whole:
        said += f". At most {MOST:.0%} may be equivalents, which only a run over all alerts judges"
    return said


def _routing(console: Console, found: Routing) -> None:
    console.print(
        f"{found.routes} routes (alert x severity x service) in Alertmanager, {found.asked} of "
        f"them by amtool, {found.delivered} messages in the inbox; {found.pairs} pairs of alerts, "
        f"{found.silenced} of which keep quiet as they must",
        soft_wrap=True,
    )
    for wrong in (*found.wrong_routes, *found.wrong_deliveries, *found.wrong_pairs)[:MOST_SHOWN]:
        console.print(Text(f"  {wrong}", "red"), soft_wrap=True)
