"""What storing our samples costs: bytes, memory, processor time and queries, on a real Prometheus.

`make bench-storage` writes hours of samples shaped like the contract's at 500, 5,000 and 50,000
series, lets Prometheus compact them, starts it again over them, scrapes the same series on from
pages on loopback, and evaluates the rules that we ship. `generated/capacity/storage.json` is what
`opsconductor capacity` plans from; the table is in `bench/results/storage.md`.
"""

import argparse
import platform
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from os import getloadavg
from pathlib import Path

import psutil
import yaml

from bench import storage_live, storage_queries
from bench.storage_blocks import Traffic, weighed, write
from bench.storage_live import RULES_FILE, Watched, configuration
from bench.storage_pages import Pages as ServedPages
from bench.storage_pages import served
from bench.storage_program_pages import program_pages, with_rule_interval
from bench.storage_queries import REACHES, Reach
from bench.storage_server import running
from bench.storage_traffic import TOOLS
from opsconductor.monitoring.capacity.measurements import (
    Blocks,
    Machine,
    Measurements,
    Moving,
    Query,
    Spread,
)
from opsconductor.monitoring.capacity.tables import results
from opsconductor.monitoring.rules import rules_document
from opsconductor.settings import PROJECT_ROOT, Settings, load
from opsconductor.stack.programs import Programs, locate
from opsconductor.stack.slo_files import read_slos

DATA = PROJECT_ROOT / "generated/capacity/storage.json"
RESULTS = Path(__file__).parent / "results"
MOST_PANEL_SERIES = 10_000
"""Panels over more raw series take their reader's patience, and the benchmark's."""
REMOTE_WRITE = "--web.enable-remote-write-receiver"


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured: pairs of services with hours of samples, and for how long."""

    sizes: tuple[tuple[int, float], ...] = ((1, 24), (10, 12), (100, 6.2))
    other_hours: float = 9
    """Of the traffic that only blocks are made of: quiet, busy, and with churn."""
    churn_hours: float = 1
    reaches: tuple[Reach, ...] = REACHES
    settle: float = 60
    """Until the memory of the start has been given back."""
    seconds: float = 30
    """As long as the rules' interval, so that each round has one evaluation."""
    rounds: int = 4


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and write the figures and the table."""
    chosen = _arguments(arguments)
    # As with Ctrl-C, so that neither a server nor a folder of ours is left.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    measured = measure(Scale(rounds=chosen.rounds), locate(load(), print))
    for path, text in (
        (chosen.data, measured.model_dump_json(indent=1)),
        (chosen.results / "storage.md", results(measured)),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text.rstrip()}\n", encoding="utf-8")
        print(f"wrote: {path}")
    print("now run 'make generate' and commit what changed")
    return 0


def measure(scale: Scale, programs: Programs) -> Measurements:
    """Everything, in a folder of its own that is gone afterwards."""
    began, load_before = time.monotonic(), getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="opsconductor-storage-") as name:
        folder = Path(name)
        pages = program_pages(programs, _new(folder, "pages"))
        print(f"Prometheus's own page has {pages.prometheus} series", flush=True)
        others = list(_other_blocks(scale, programs, folder))
        queries = _queries(scale, programs, folder)
        watched, blocks, idle, panels = _live(scale, programs, folder)
    return Measurements(
        machine=_machine(programs, (time.monotonic() - began) / 60, load_before),
        blocks=[*blocks, *others],
        running=[one.running() for one in watched],
        idle=idle,
        queries=[*queries, *panels],
        pages=pages,
    )


def _other_blocks(scale: Scale, programs: Programs, folder: Path) -> Iterator[Blocks]:
    hours = scale.other_hours
    kinds: tuple[tuple[str, Moving, float], ...] = (
        ("quiet", "quiet", 0),
        ("busy", "busy", 0),
        ("churn", "ordinary", scale.churn_hours),
    )
    for name, moving, churn_hours in kinds:
        print(f"blocks: {hours:g} hours, {name}", flush=True)
        made = Traffic(1, hours, moving=moving, churn_hours=churn_hours)
        with running(programs.prometheus, _new(folder, name), {}, REMOTE_WRITE) as server:
            yield weighed(made, write(server, made, time.time()))


def _queries(scale: Scale, programs: Programs, folder: Path) -> list[Query]:
    print("queries: writing 30 days, then asking", flush=True)
    queries = folder / "queries"
    queries.mkdir()
    return list(storage_queries.measure(programs.prometheus, queries, scale.reaches, 5))


def _live(
    scale: Scale, programs: Programs, folder: Path
) -> tuple[list[Watched], list[Blocks], Spread, list[Query]]:
    """Fill the heads, start again, and measure all sizes at once beside one without a target."""
    end = time.time()
    traffics = {f"pairs-{pairs}": Traffic(pairs, hours) for pairs, hours in scale.sizes}
    settings = with_rule_interval(Settings(), scale.seconds)
    rules = yaml.safe_dump(rules_document(settings, read_slos(settings.alerting.slo_dir)))
    written = {}
    for name, traffic in traffics.items():
        print(f"blocks: {traffic.series} series, {traffic.hours:g} hours", flush=True)
        own = _new(folder, name)
        (own / RULES_FILE).write_text(rules, encoding="utf-8")
        with running(programs.prometheus, own, {}, REMOTE_WRITE) as server:
            written[name] = write(server, traffic, end)
    with ExitStack() as stack:
        port = stack.enter_context(served(ServedPages(traffics, end)))
        idle = stack.enter_context(running(programs.prometheus, _new(folder, "idle"), {}))
        watched = []
        for name, traffic in traffics.items():
            began, own = time.monotonic(), folder / name
            config = configuration(name, traffic, port, rules=False)
            server = stack.enter_context(running(programs.prometheus, own, config))
            seconds, peak = time.monotonic() - began, float(server.peak_bytes())
            watched.append(Watched(name, server, own, traffic, written[name], seconds, peak))
        print(f"live: all sizes at once, {scale.settle:g} s to settle", flush=True)
        for one in watched:
            one.server.collect_garbage()
        time.sleep(scale.settle)
        used, since = idle.cpu_seconds(), time.monotonic()
        storage_live.measure(watched, port, scale.rounds, scale.seconds)
        still = (idle.cpu_seconds() - used) / (time.monotonic() - since)
        panels = [
            query
            for one in watched
            if one.traffic.series <= MOST_PANEL_SERIES
            for query in storage_queries.panels(
                one.server, one.traffic.series, len(TOOLS) + 1, one.traffic.pairs, 3
            )
        ]
    blocks = [weighed(traffic, written[name]) for name, traffic in traffics.items()]
    return watched, blocks, Spread(rounds=(still,)), panels


def _machine(programs: Programs, minutes: float, load_before: float) -> Machine:
    said = subprocess.run(
        [*programs.prometheus.command, "--version"], capture_output=True, text=True, check=True
    )
    version = re.search(r"version (\S+)", said.stdout + said.stderr)
    models = re.findall(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    return Machine(
        processor=models[0] if models else platform.machine(),
        cores=psutil.cpu_count() or 1,
        memory_bytes=psutil.virtual_memory().total,
        system=platform.freedesktop_os_release()["PRETTY_NAME"],
        prometheus=version[1] if version else "",
        python=platform.python_version(),
        date=datetime.now(UTC).date().isoformat(),
        minutes=minutes,
        load=(load_before, getloadavg()[0]),
    )


def _new(folder: Path, name: str) -> Path:
    made = folder / name
    made.mkdir()
    return made


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.storage", description=__doc__)
    parser.add_argument("--rounds", type=int, default=4, help="rounds of half a minute each")
    parser.add_argument("--data", type=Path, default=DATA, help="where the figures are written")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the table")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
