"""How fast a backtest is: a month of our series under our rules, beside `promtool test rules`.

promtool evaluates the same rules over the beginning of the same month, for the whole would take it
hours; both are compared by the seconds that an hour of history costs.
"""

import argparse
import asyncio
import json
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

import psutil
import yaml

from bench.month import INCIDENTS, STEP, series, write_snapshot
from opsconductor.monitoring.backtest.rule_file import rule_groups
from opsconductor.monitoring.rules import rules_document
from opsconductor.proof.backtest import Asked, RuleSet, open_history
from opsconductor.settings import Settings, load
from opsconductor.stack.programs import Program, Programs, locate
from opsconductor.stack.slo_files import read_slos

SLOS = read_slos(Settings().alerting.slo_dir)

RESULTS = Path(__file__).parent / "results"
DAY = 86_400_000


@dataclass(frozen=True, slots=True)
class Took:
    """What one way took: `hours` of history in `seconds`, and the processors' seconds."""

    way: str
    hours: float
    seconds: float
    cpu_seconds: float

    @property
    def per_hour(self) -> float:
        """Seconds for an hour of history."""
        return self.seconds / self.hours


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table, and write it to the results folder."""
    chosen = _arguments(arguments)
    programs = locate(load(), print)
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        print(f"writing {chosen.days:g} days of samples", flush=True)
        snapshot = asyncio.run(write_snapshot(programs.prometheus, folder, chosen.days))
        (folder / "incidents.yml").write_text(INCIDENTS, encoding="utf-8")
        ours, firings = asyncio.run(_backtest(programs, snapshot, chosen.days))
        peer = _promtool(programs.promtool, Path(temporary), chosen.peer_hours)
        if chosen.keep:
            print(f"kept: {snapshot}")
    report = table(ours, peer, firings)
    print(report)
    chosen.results.mkdir(parents=True, exist_ok=True)
    data = json.dumps([asdict(ours), asdict(peer)], indent=2)
    (chosen.results / "backtest.json").write_text(f"{data}\n", encoding="utf-8")
    (chosen.results / "backtest.md").write_text(f"{report}\n", encoding="utf-8")
    return 0


def table(ours: Took, peer: Took, firings: int) -> str:
    """Both ways in Markdown."""
    return f"""\
| way | history | seconds | CPU seconds | milliseconds for an hour of history |
|---|---|---|---|---|
{_row(ours)}
{_row(peer)}
| ratio | | | | {peer.per_hour / ours.per_hour:.0f} times faster |

Every {STEP} s over the rules that we ship, {firings} firings; {psutil.cpu_count()} cores, Python
{platform.python_version()}."""


def _row(one: Took) -> str:
    return (
        f"| {one.way} | {one.hours / 24:.3g} days | {one.seconds:.1f} | {one.cpu_seconds:.1f} "
        f"| {one.per_hour * 1000:.0f} |"
    )


async def _backtest(programs: Programs, snapshot: Path, days: float) -> tuple[Took, int]:
    text = yaml.safe_dump(rules_document(Settings(), SLOS))
    rules = RuleSet(name="ours", groups=rule_groups(text, "rules.yml", 15_000))
    before, began = _cpu(), time.monotonic()
    async with (
        open_history(programs, snapshot=snapshot) as history,
        history.backtest(rules, Asked(length=round(days * DAY)), lambda *_: None) as done,
    ):
        used = _cpu() - before
        took = Took("opsconductor backtest", days * 24, time.monotonic() - began, used)
        if done.outcome.unproven:
            raise RuntimeError(f"the month lacks samples: {done.outcome.unproven[0].why}")
        firings = sum(len(one.firings) for rule in done.outcome.rules for one in rule.alerts)
    return took, firings


def _promtool(promtool: Program, folder: Path, hours: float) -> Took:
    steps = round(hours * 3600 / STEP) + 1
    (folder / "rules.yml").write_text(
        yaml.safe_dump(rules_document(Settings(), SLOS)), encoding="utf-8"
    )
    document = {
        "rule_files": ["rules.yml"],
        "evaluation_interval": f"{STEP}s",
        "tests": [
            {
                "interval": f"{STEP}s",
                "input_series": [
                    {"series": _notation(labels), "values": _values(values, steps)}
                    for labels, values in series(hours / 24)
                ],
                "alert_rule_test": [
                    {"eval_time": f"{(steps - 1) * STEP}s", "alertname": "SLOBurnRateFast"}
                ],
            }
        ],
    }
    (folder / "peer.yml").write_text(yaml.safe_dump(document), encoding="utf-8")
    before, began = _cpu(), time.monotonic()
    subprocess.run([*promtool.command, "test", "rules", "peer.yml"], cwd=folder, check=True,
                   stdout=subprocess.DEVNULL)  # fmt: skip
    return Took("promtool test rules", hours, time.monotonic() - began, _cpu() - before)


def _notation(labels: dict[str, str]) -> str:
    inner = ",".join(f'{name}="{value}"' for name, value in labels.items() if name != "__name__")
    return f"{labels['__name__']}{{{inner}}}"


def _values(values: Sequence[float], steps: int) -> str:
    return " ".join(f"{value:g}" for value in islice(values, steps))


def _cpu() -> float:
    """Processor seconds of this process, its children that run, and those that have ended."""
    own = psutil.Process()
    total = 0.0
    for process in (own, *own.children(recursive=True)):
        times = process.cpu_times()
        total += times.user + times.system
    times = own.cpu_times()
    return total + times.children_user + times.children_system


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.backtest", description=__doc__)
    parser.add_argument("--days", type=float, default=30, help="days of history")
    parser.add_argument("--peer-hours", type=float, default=6, help="hours that promtool is given")
    parser.add_argument("--keep", type=Path, help="leave the snapshot and the incidents there")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the results")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
