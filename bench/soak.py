"""A long run of the whole system, to see whether its Python processes' memory still grows.

`python -m bench.soak --minutes 60` starts the system on free ports with its demo traffic in a
state folder of its own, and samples the memory of every Python process of it: the proportional set
size, in which a page that several processes share counts once among them.
"""

import argparse
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean

import psutil

from bench.free_port import free_port
from opsconductor.settings import CONFIG_VARIABLE, Settings
from opsconductor.settings.model import sections

RESULTS = Path(__file__).parent / "results"
STOP_SECONDS = 60
WARM_UP = 1 / 6
"""The share of the run that is left out of the slope: caches fill, the catalogue is indexed."""
LIMIT_MEGABYTES = 350
"""All Python processes together, after ten minutes of demo traffic."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Memory in MB of each Python process, by its command, so many minutes in."""

    minutes: float
    megabytes: Mapping[str, float]

    @property
    def total(self) -> float:
        """All processes together."""
        return sum(self.megabytes.values())


@dataclass(frozen=True, slots=True)
class Slope:
    """Growth in MB an hour by least squares, and the half width of its 95 % interval.

    Consecutive samples of a process's memory resemble each other, so the interval is too narrow
    rather than too wide: a slope inside it is none, one just outside may be none either.
    """

    per_hour: float
    margin: float

    @property
    def grows(self) -> bool:
        """Whether the growth stands out from the noise."""
        return self.per_hour - self.margin > 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print the slope, keep the samples. Exit code 1 where memory is over the limit."""
    chosen = _arguments(arguments)
    with tempfile.TemporaryDirectory() as folder, _system(Path(folder)) as process:
        samples = list(_samples(process, chosen.minutes, chosen.every))
    report = table(samples)
    print(report)
    chosen.results.mkdir(parents=True, exist_ok=True)
    data = json.dumps([asdict(sample) for sample in samples], indent=2)
    (chosen.results / "soak.json").write_text(f"{data}\n", encoding="utf-8")
    (chosen.results / "soak.md").write_text(f"{report}\n", encoding="utf-8")
    return int(samples[-1].total > LIMIT_MEGABYTES)


def slope(minutes: Sequence[float], megabytes: Sequence[float]) -> Slope:
    """The line through the samples. Raises `ValueError` with fewer than three."""
    count = len(minutes)
    if count < 3:  # noqa: PLR2004  two parameters leave nothing to judge the noise by
        raise ValueError("a slope with its margin needs three samples or more; run longer")
    centre = fmean(minutes)
    spread = sum((minute - centre) ** 2 for minute in minutes)
    mean = fmean(megabytes)
    pairs = list(zip(minutes, megabytes, strict=True))
    steepness = sum((minute - centre) * (value - mean) for minute, value in pairs) / spread
    rest = sum((value - mean - steepness * (minute - centre)) ** 2 for minute, value in pairs)
    error = math.sqrt(rest / (count - 2) / spread)
    # 1.96: the normal distribution's 95 %; with the dozens of samples of a run it is close enough.
    return Slope(steepness * 60, 1.96 * error * 60)


def table(samples: Sequence[Sample]) -> str:
    """Memory and growth of each process and of all, as a Markdown table."""
    kept = [sample for sample in samples if sample.minutes >= samples[-1].minutes * WARM_UP]
    names = sorted({name for sample in kept for name in sample.megabytes})
    rows = {name: [sample.megabytes.get(name, 0.0) for sample in kept] for name in names}
    rows["all"] = [sample.total for sample in kept]
    lines = ["| process | first MB | last MB | MB an hour (95 %) | |", "|---|---|---|---|---|"]
    for name, values in rows.items():
        line = slope([sample.minutes for sample in kept], values)
        verdict = "grows" if line.grows else "steady"
        figures = f"{line.per_hour:+.1f} ± {line.margin:.1f}"
        lines.append(f"| {name} | {values[0]:.0f} | {values[-1]:.0f} | {figures} | {verdict} |")
    lines += ["", f"{len(kept)} samples in {kept[-1].minutes - kept[0].minutes:.0f} minutes."]
    return "\n".join(lines)


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60, help="length of the run")
    parser.add_argument("--every", type=float, default=15, help="seconds between two samples")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the results")
    return parser.parse_args(arguments)


@contextmanager
def _system(folder: Path) -> Iterator[psutil.Process]:
    config = folder / "opsconductor.toml"
    config.write_text(_config(folder), encoding="utf-8")
    command = [sys.executable, "-m", "opsconductor.cli", "up"]
    environment = {**os.environ, CONFIG_VARIABLE: str(config)}
    log = folder / "up.log"
    with log.open("wb") as out, subprocess.Popen(command, env=environment, stdout=out) as process:
        try:
            yield psutil.Process(process.pid)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            process.wait(STOP_SECONDS)
            print(f"the system ended with exit code {process.returncode}", file=sys.stderr)


def _config(folder: Path) -> str:
    """Settings with free ports and the state in the folder; the packages are the usual ones."""
    lines = [f'state_dir = "{folder / "state"}"', f'packages_dir = "{Settings().packages}"']
    for name, section in sections().items():
        ports = [key for key in section.model_fields if key.endswith("port")]
        if ports:
            lines += [f"[{name}]", *(f"{key} = {free_port()}" for key in ports)]
    return "\n".join(lines) + "\n"


def _samples(root: psutil.Process, minutes: float, every: float) -> Iterator[Sample]:
    started = time.monotonic()
    number = 0
    while (elapsed := time.monotonic() - started) <= minutes * 60:
        if not root.is_running() or root.status() == psutil.STATUS_ZOMBIE:
            raise RuntimeError("the system ended before the soak did; run `opsconductor up`")
        yield Sample(elapsed / 60, _memory(root))
        number += 1
        time.sleep(max(0.0, started + number * every - time.monotonic()))


def _memory(root: psutil.Process) -> dict[str, float]:
    found: dict[str, float] = {}
    for process in (root, *root.children(recursive=True)):
        try:
            command = process.cmdline()
            megabytes = process.memory_full_info().pss / 1e6
        except psutil.NoSuchProcess:
            continue  # a tool that ended between the listing and the look
        if len(command) > 2 and command[1] == "-m":  # noqa: PLR2004  python -m module
            name = command[2].removeprefix("opsconductor.")
            found[name] = found.get(name, 0.0) + megabytes
    return found


if __name__ == "__main__":
    sys.exit(main())
