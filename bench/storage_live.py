"""Memory and processor time of a Prometheus that scrapes, and evaluates our rules."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree

from bench.storage_blocks import Traffic, Written
from bench.storage_pages import scrapes
from bench.storage_server import Server, write_config
from bench.storage_traffic import STEP
from opsconductor.monitoring.capacity.measurements import Running, Spread

APPENDED = "prometheus_tsdb_head_samples_appended_total"
EVALUATIONS, RULES = "prometheus_rule_evaluations_total", "prometheus_rule_group_rules"
RULES_FILE = "rules.yml"


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A round with rules: its share of a core, its length, and how often all were evaluated."""

    share: float
    seconds: float
    evaluations: float


@dataclass(slots=True)
class Watched:
    """A server over the traffic that was written, and what is measured of it round by round."""

    name: str
    server: Server
    folder: Path
    traffic: Traffic
    written: Written
    restart_seconds: float
    restart_peak: float
    compaction_peak: float = 0
    scraping: list[float] = field(default_factory=list)
    evaluating: list[Evaluated] = field(default_factory=list)
    resident: list[float] = field(default_factory=list)
    resident_with_rules: list[float] = field(default_factory=list)
    log: list[float] = field(default_factory=list)

    def running(self) -> Running:
        """What was measured. Scraping is taken off what evaluating rounds cost.

        Raises `RuntimeError` where that leaves nothing of any round.
        """
        plain = Spread(rounds=tuple(self.scraping))
        rules = [
            (one.share - plain.median) * one.seconds / one.evaluations for one in self.evaluating
        ]
        if not (rules := [one for one in rules if one > 0]):
            raise RuntimeError("no round with rules cost more than those without; measure longer")
        return Running(
            series=self.traffic.series,
            samples_a_second=self.traffic.series / STEP,
            resident=Spread(rounds=tuple(self.resident)),
            resident_with_rules=Spread(rounds=tuple(self.resident_with_rules)),
            restart_peak=self.restart_peak,
            restart_seconds=self.restart_seconds,
            compaction_peak=self.compaction_peak,
            scraping=plain,
            evaluation=Spread(rounds=tuple(rules)),
            log=Spread(rounds=tuple(self.log)),
            log_hours=self.written.log_hours,
            head=self.written.head,
        )


def configuration(name: str, traffic: Traffic, port: int, *, rules: bool) -> dict[str, object]:
    """Scrape the traffic's pages on the port; with our rules where they are wanted."""
    found: dict[str, object] = {"scrape_configs": scrapes(name, traffic.pairs, port)}
    return {**found, "rule_files": [RULES_FILE]} if rules else found


def measure(watched: Sequence[Watched], port: int, rounds: int, seconds: float) -> None:
    """Rounds of scraping alone, rounds with rules, then a block of the head; all at once.

    What is measured are seconds of each server's own threads, so they may share the machine.
    """
    for number in range(rounds):
        print(f"  scraping, round {number + 1} of {rounds}", flush=True)
        _round(watched, seconds, with_rules=False)
    for one in watched:
        config = configuration(one.name, one.traffic, port, rules=True)
        write_config(one.folder, config)
        one.server.reload()
    # The first evaluation finds nothing of its own record, and compiles the expressions.
    time.sleep(seconds)
    for number in range(rounds):
        print(f"  with rules, round {number + 1} of {rounds}", flush=True)
        _round(watched, seconds, with_rules=True)
    for one in watched:
        one.server.forget_peak()
        one.server.snapshot()
        one.compaction_peak = float(one.server.peak_bytes())
        rmtree(one.server.data / "snapshots")


def _round(watched: Sequence[Watched], seconds: float, *, with_rules: bool) -> None:
    # Asking for the metrics page costs the server time, so it is asked outside of what is timed.
    earlier = [one.server.metrics() for one in watched]
    logs = [one.server.size("wal") for one in watched]
    before = [(time.monotonic(), one.server.cpu_seconds()) for one in watched]
    time.sleep(seconds)
    after = [(time.monotonic(), one.server.cpu_seconds()) for one in watched]
    for number, one in enumerate(watched):
        passed = after[number][0] - before[number][0]
        share = (after[number][1] - before[number][1]) / passed
        resident, later = float(one.server.resident_bytes()), one.server.metrics()
        if with_rules:
            one.resident_with_rules.append(resident)
            rules = later[EVALUATIONS] - earlier[number].get(EVALUATIONS, 0)
            if rules > 0:
                one.evaluating.append(Evaluated(share, passed, rules / later[RULES]))
            continue
        one.resident.append(resident)
        one.scraping.append(share)
        samples = later.get(APPENDED, 0) - earlier[number].get(APPENDED, 0)
        if samples > 0:
            one.log.append((one.server.size("wal") - logs[number]) / samples)
