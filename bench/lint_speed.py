"""What lint costs: 1,000 rules of ordinary kinds, beside `promtool check rules` on the same file.

Both are started as commands, round after round in turn, so that whatever else the machine does
falls on both. promtool only parses; lint also follows labels and runs every check.
"""

import argparse
import json
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import psutil

from opsconductor.monitoring.yaml_text import yaml_text
from opsconductor.settings import load
from opsconductor.stack.programs import locate

RESULTS = Path(__file__).parent / "results"
LIMIT_SECONDS = 3.0
"""1,000 rules must take less of one core: the clock also shows what else the machine does."""
TEAMS = ("shop", "search", "payment", "mail", "stock")

PAGE = """\
# TYPE http_requests_total counter
http_requests_total{code="200",route="/",team="shop"} 10
http_requests_total{code="500",route="/",team="shop"} 1
# TYPE http_request_duration_seconds histogram
http_request_duration_seconds_bucket{route="/",team="shop",le="0.5"} 9
http_request_duration_seconds_bucket{route="/",team="shop",le="1.0"} 10
http_request_duration_seconds_bucket{route="/",team="shop",le="+Inf"} 11
http_request_duration_seconds_sum{route="/",team="shop"} 4
http_request_duration_seconds_count{route="/",team="shop"} 11
# TYPE queue_length gauge
queue_length{queue="mail",team="shop"} 3
"""


@dataclass(frozen=True, slots=True)
class Round:
    """Seconds that one command took, by the clock and of CPU time."""

    command: str
    seconds: float
    cpu_seconds: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table, write it down; 1 where lint is too slow."""
    chosen = _arguments(arguments)
    rounds = measure(chosen.rules, chosen.rounds)
    report = table(rounds, chosen.rules)
    print(report)
    write(chosen.results, rounds, report)
    used = median(one.cpu_seconds for one in rounds if one.command == "lint")
    return int(used >= LIMIT_SECONDS)


def rules_text(count: int) -> str:
    """A rule file of so many rules: rates, ratios, quantiles and alerts, each one different."""
    makers: tuple[Callable[[int], dict[str, object]], ...] = (_rate, _ratio, _latency, _queue)
    rules = [makers[number % len(makers)](number) for number in range(count)]
    size = 50
    groups = [
        {"name": f"group-{start}", "interval": "30s", "rules": rules[start : start + size]}
        for start in range(0, count, size)
    ]
    return yaml_text({"groups": groups})


def measure(rules: int, rounds: int) -> list[Round]:
    """So many rounds of both commands, in turn; the first pair is a warm-up."""
    promtool = locate(load(), print).promtool.command
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "rules.yml").write_text(rules_text(rules), encoding="utf-8")
        (folder / "page.txt").write_text(PAGE, encoding="utf-8")
        lint = [sys.executable, "-m", "opsconductor.cli", "lint", "rules.yml"]
        commands = {
            "lint": [*lint, "--metrics", "page.txt", "--format", "json"],
            "promtool": [*promtool, "check", "rules", "--lint=none", "rules.yml"],
        }
        found = [
            _round(command, words, folder, rules)
            for _ in range(rounds + 1)
            for command, words in commands.items()
        ]
    return found[len(commands) :]


def table(rounds: Sequence[Round], rules: int) -> str:
    """The medians of both, and of the ratios of neighbouring rounds, in Markdown."""
    lint, promtool = (
        [one for one in rounds if one.command == name] for name in ("lint", "promtool")
    )
    pairs = list(zip(lint, promtool, strict=True))
    return f"""\
| {rules} rules | seconds | of CPU time |
|---|---|---|
| `opsconductor lint` | {_row(lint)} |
| `promtool check rules` | {_row(promtool)} |
| ratio | {_spread([ours.seconds / theirs.seconds for ours, theirs in pairs])} | \
{_spread([ours.cpu_seconds / theirs.cpu_seconds for ours, theirs in pairs])} |

Medians of {len(pairs)} rounds in turn (in brackets the least and the most), the start of each
command included; {psutil.cpu_count()} cores, Python {platform.python_version()}, a load of
{psutil.getloadavg()[0]:.1f}. 1,000 rules must take less than {LIMIT_SECONDS:g} s of CPU time."""


def write(folder: Path, rounds: Sequence[Round], report: str) -> None:
    """Keep every round beside the table, so that the spread can be seen."""
    folder.mkdir(parents=True, exist_ok=True)
    data = json.dumps([asdict(one) for one in rounds], indent=2)
    (folder / "lint_speed.json").write_text(f"{data}\n", encoding="utf-8")
    (folder / "lint_speed.md").write_text(f"{report}\n", encoding="utf-8")


def _round(command: str, words: Sequence[str], folder: Path, rules: int) -> Round:
    before, started = _children_cpu(), time.perf_counter()
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - started
    if str(rules) not in done.stdout or done.returncode > 1:
        raise RuntimeError(f"{words[0]} did not read {rules} rules:\n{done.stdout}{done.stderr}")
    return Round(command, seconds, _children_cpu() - before)


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _row(rounds: Sequence[Round]) -> str:
    clock, cpu = [one.seconds for one in rounds], [one.cpu_seconds for one in rounds]
    return f"{_spread(clock)} | {_spread(cpu)}"


def _spread(values: Sequence[float]) -> str:
    return f"{median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def _rate(number: int) -> dict[str, object]:
    window = f"{number + 1}m"
    return {
        "record": f"team_route:http_requests:rate{window}",
        "expr": f"sum by (team, route) (rate(http_requests_total[{window}]))",
    }


def _ratio(number: int) -> dict[str, object]:
    team, total = TEAMS[number % len(TEAMS)], "rate(http_requests_total{%s}[%dm])"
    bad = total % (f'team="{team}", code=~"5.."', number + 5)
    everything = total % (f'team="{team}"', number + 5)
    return _alert(
        f"ErrorsHigh{number}",
        f"sum by (route) ({bad}) / sum by (route) ({everything}) > 0.05\n"
        f"and sum by (route) ({everything}) > 1",
        "{{ $labels.route }}: {{ $value | humanizePercentage }} fail",
    )


def _latency(number: int) -> dict[str, object]:
    buckets = f"rate(http_request_duration_seconds_bucket[{number + 5}m])"
    return _alert(
        f"LatencyHigh{number}",
        f"histogram_quantile(0.95, sum by (le, route) ({buckets})) > 0.9",
        "{{ $labels.route }} takes {{ $value | humanizeDuration }}",
    )


def _queue(number: int) -> dict[str, object]:
    return _alert(
        f"QueueLong{number}",
        f'max by (queue) (queue_length{{team="{TEAMS[number % len(TEAMS)]}"}}) > {number}\n'
        f"unless on (queue) (delta(queue_length[{number + 5}m]) < 0)",
        "{{ $labels.queue }} has {{ $value }} jobs",
    )


def _alert(name: str, expr: str, summary: str) -> dict[str, object]:
    return {
        "alert": name,
        "expr": expr,
        "for": "5m",
        "labels": {"severity": "warning"},
        "annotations": {
            "summary": summary,
            "description": f"{summary}; somebody should look.",
            "runbook_url": f"https://example.org/runbooks/{name}",
        },
    }


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.lint_speed", description=__doc__)
    parser.add_argument("--rules", type=int, default=1000, help="rules in the file")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each command")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the results")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
