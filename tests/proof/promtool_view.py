"""What promtool sees while it evaluates rules: every alert's state at every evaluation."""

import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from tests.proof.samples import BASE, Samples, promtool_values

from opsconductor.monitoring.backtest.outcome import Outcome
from opsconductor.stack.programs import Program


def states(outcome: Outcome, step: int, count: int) -> list[list[dict[str, str]]]:
    """At each evaluation the labels that the series `ALERTS` should then have."""
    found: list[list[dict[str, str]]] = [[] for _ in range(count)]
    for rule in outcome.rules:
        for alert in rule.alerts:
            for episode in alert.episodes:
                first = (episode.pending - BASE * 1000) // (step * 1000)
                end = (episode.ended or (BASE + count * step) * 1000) - BASE * 1000
                for number in range(first, end // (step * 1000)):
                    now = (BASE + number * step) * 1000
                    firing = episode.fired is not None and now >= episode.fired
                    # An alert lacks a label whose template yields nothing, but in the series
                    # ALERTS Prometheus then leaves the template's own text.
                    written = {**rule.rule.labels, **dict(alert.labels)}
                    labels = {"alertname": rule.rule.name, **written}
                    labels["alertstate"] = "firing" if firing else "pending"
                    found[number].append(labels)
    return found


def disagreement(
    promtool: Program,
    folder: Path,
    rules: Any,
    samples: Samples,
    step: int,
    expected: Iterable[Iterable[Mapping[str, str]]],
) -> str:
    """Promtool's complaint where its `ALERTS` are not exactly the expected; empty if they are."""
    (folder / "judged.yml").write_text(yaml.safe_dump(rules), encoding="utf-8")
    document = {
        "rule_files": ["judged.yml"],
        "evaluation_interval": f"{step}s",
        # Without it promtool evaluates groups in an order of its own, another one each time.
        "group_eval_order": [group["name"] for group in rules["groups"]],
        "tests": [
            {
                "interval": f"{step}s",
                "input_series": [
                    {"series": series, "values": promtool_values(values)}
                    for series, values in samples.items()
                ],
                "promql_expr_test": [
                    {
                        "expr": "ALERTS",
                        "eval_time": f"{number * step}s",
                        "exp_samples": [
                            {"labels": notation(labels), "value": 1} for labels in alerts
                        ],
                    }
                    for number, alerts in enumerate(expected)
                ],
            }
        ],
    }
    (folder / "states.yml").write_text(yaml.safe_dump(document), encoding="utf-8")
    done = subprocess.run(
        [*promtool.command, "test", "rules", "states.yml"],
        cwd=folder, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    return "" if done.returncode == 0 else f"{done.stdout}{done.stderr}"


def notation(labels: Mapping[str, str]) -> str:
    """`ALERTS` with these labels in PromQL notation."""
    inner = ", ".join(f"{name}={yaml_quoted(value)}" for name, value in sorted(labels.items()))
    return f"ALERTS{{{inner}}}"


def yaml_quoted(value: str) -> str:
    """A label's value between double quotes."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
