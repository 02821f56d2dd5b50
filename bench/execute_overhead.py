"""What the instruments cost: `/ai/execute` echo with them and without, in the same run.

Two processes of the same service run side by side; the load goes to one, then to the other, round
after round, so that whatever else the machine does falls on both.
"""

import argparse
import asyncio
import json
import platform
import secrets
import subprocess
import sys
import tempfile
import time
import timeit
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from statistics import median

import httpx
import psutil

from bench.automation_service import KINDS
from bench.free_port import free_port
from bench.load import generate
from opsconductor.automation.metrics import RunMetrics
from opsconductor.contract import AUTOMATION, EXPOSED
from opsconductor.telemetry import Telemetry

READY_SECONDS = 60
RESULTS = Path(__file__).parent / "results"
BODY = b'{"input": "ping", "tool": "echo"}'


@dataclass(frozen=True, slots=True)
class Round:
    """One round on one service: answered requests a second, and the server's CPU per request."""

    kind: str
    requests_per_second: float
    cpu_microseconds: float


@dataclass(frozen=True, slots=True)
class Server:
    """A running service."""

    kind: str
    port: int
    process: psutil.Process

    def cpu_seconds(self) -> float:
        """CPU time that the process has used, in user and kernel mode."""
        times = self.process.cpu_times()
        return times.user + times.system


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table, and write it to the results folder."""
    chosen = _arguments(arguments)
    rounds = measure(chosen.rounds, chosen.seconds, chosen.connections)
    report = table(rounds)
    print(report)
    write(chosen.results, rounds, report)
    return 0


def measure(rounds: int, seconds: float, connections: int) -> list[Round]:
    """So many rounds of so many seconds on each service, in turn; the first pair is a warm-up."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        servers = [stack.enter_context(_server(Path(folder) / kind, kind)) for kind in KINDS]
        found = [
            _round(server, seconds, connections) for _ in range(rounds + 1) for server in servers
        ]
    return found[len(servers) :]


def table(rounds: Sequence[Round]) -> str:
    """The medians of both services, and of the ratios of neighbouring rounds, in Markdown."""
    instrumented, plain = ([one for one in rounds if one.kind == kind] for kind in KINDS)
    pairs = list(zip(instrumented, plain, strict=True))
    rates = [with_.requests_per_second / without.requests_per_second for with_, without in pairs]
    costs = [with_.cpu_microseconds / without.cpu_microseconds for with_, without in pairs]
    return f"""\
| `/ai/execute` echo | requests/s | CPU per request |
|---|---|---|
{_row("instrumented", instrumented)}
{_row("plain", plain)}
| ratio | {_ratio(rates)} | {_ratio(costs)} |

Medians of {len(pairs)} rounds in turn (in brackets the least and the most), {psutil.cpu_count()}
cores, Python {platform.python_version()}. The instruments alone, outside a service:
{instruments_microseconds():.1f} µs of CPU for a request that succeeded."""


def _row(name: str, rounds: Sequence[Round]) -> str:
    rate = median(one.requests_per_second for one in rounds)
    cost = median(one.cpu_microseconds for one in rounds)
    return f"| {name} | {rate:.0f} | {cost:.0f} µs |"


def _ratio(ratios: Sequence[float]) -> str:
    return f"{median(ratios):.3f} ({min(ratios):.2f} to {max(ratios):.2f})"


def instruments_microseconds() -> float:
    """The CPU of one successful request's records, by themselves; the least of five tries."""
    metrics = RunMetrics(Telemetry(EXPOSED[AUTOMATION], bounds={"tool": ["echo"]}))
    record = partial(metrics.ended, "echo", None, 0.003, secrets.token_hex(16))
    tries = timeit.repeat(record, timer=time.process_time, number=10_000, repeat=5)
    return min(tries) / 10_000 * 1e6


def write(folder: Path, rounds: Sequence[Round], report: str) -> None:
    """Keep every round beside the table, so that the spread can be seen."""
    folder.mkdir(parents=True, exist_ok=True)
    data = json.dumps([asdict(one) for one in rounds], indent=2)
    (folder / "execute_overhead.json").write_text(f"{data}\n", encoding="utf-8")
    (folder / "execute_overhead.md").write_text(f"{report}\n", encoding="utf-8")


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.execute_overhead", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="rounds on each service")
    parser.add_argument("--seconds", type=float, default=4, help="length of a round")
    parser.add_argument("--connections", type=int, default=8, help="requests at once")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the results")
    return parser.parse_args(arguments)


@contextmanager
def _server(folder: Path, kind: str) -> Iterator[Server]:
    port = free_port()
    command = [sys.executable, "-m", "bench.automation_service", str(folder), str(port), kind]
    with subprocess.Popen(command, cwd=Path(__file__).parents[1]) as process:
        try:
            _await_ready(port, process)
            yield Server(kind, port, psutil.Process(process.pid))
        finally:
            process.terminate()


def _await_ready(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the service ended with exit code {process.returncode}; see above")
        try:
            if httpx.get(f"http://127.0.0.1:{port}/ready").is_success:
                return
        except httpx.TransportError:
            pass  # not listening yet
        time.sleep(0.1)
    raise TimeoutError(f"the service was not ready within {READY_SECONDS} s")


def _round(server: Server, seconds: float, connections: int) -> Round:
    before = server.cpu_seconds()
    load = asyncio.run(
        generate(server.port, _request(server.port), connections=connections, seconds=seconds)
    )
    used = server.cpu_seconds() - before
    return Round(server.kind, load.per_second, used / load.requests * 1e6)


def _request(port: int) -> bytes:
    head = (
        f"POST /ai/execute HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(BODY)}\r\n\r\n"
    )
    return head.encode() + BODY


if __name__ == "__main__":
    sys.exit(main())
