"""What `promtool test rules` prints about tests that fail, as values.

Each test of ours fails on purpose, so promtool says of each what it found: the alerts that fire at
an instant with their labels and annotations, or the samples of an expression.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_ALERT = re.compile(r"\s+(?:name: .*)?alertname: ?(?P<name>.*), time: (?P<time>\S+), $")
_NAMED = re.compile(r"\s+name: .*,$")
_VALUE = re.compile(r'\s+expr: (?P<expr>".*"), time: (?P<time>\S+),$')
_RULE = re.compile(r"\s+rule: (?P<rule>.*), time: (?P<time>\S+), err: (?P<error>.*)$")
_PAIR = re.compile(r'"?(?P<label>[^=\s,"{}]+)"?=(?P<value>"(?:[^"\\]|\\.)*")')
_SAMPLE = re.compile(
    r'(?P<labels>\{(?:[^"{}]|"(?:[^"\\]|\\.)*")*\}) '
    r"(?P<value>[-+]?(?:[\d.]+(?:[eE][-+]?\d+)?|Inf)|NaN)"
)
_PART = re.compile(r"(\d+(?:\.\d+)?)(y|w|d|h|ms|m|s)")
_SECONDS = {
    "y": 31_536_000.0,
    "w": 604_800.0,
    "d": 86_400.0,
    "h": 3600.0,
    "m": 60.0,
    "s": 1.0,
    "ms": 0.001,
}


class AnswerError(Exception):
    """promtool printed what this module does not know; the message quotes it."""


Labels = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Fired:
    """One alert that fires: labels without `alertname`, and annotations."""

    labels: Labels
    annotations: Labels


@dataclass(frozen=True, slots=True)
class Answers:
    """By what was asked and when (seconds); `errors` are rules that could not be evaluated."""

    alerts: Mapping[tuple[str, float], tuple[Fired, ...]] = field(default_factory=dict)
    samples: Mapping[tuple[str, float], Mapping[Labels, float]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


def answers(printed: str) -> Answers:
    """Read what promtool printed. Raises `AnswerError`."""
    lines = iter(printed.splitlines())
    alerts: dict[tuple[str, float], tuple[Fired, ...]] = {}
    samples: dict[tuple[str, float], Mapping[Labels, float]] = {}
    errors: dict[str, str] = {}
    for line in lines:
        if alert := _ALERT.match(line):
            alerts[alert["name"], _seconds(alert["time"])] = tuple(_fired(lines))
        elif value := _VALUE.match(line):
            key = json.loads(value["expr"]), _seconds(value["time"])
            samples[key] = _samples(lines)
        elif rule := _RULE.match(line):
            errors.setdefault(rule["rule"], rule["error"])
        elif line.strip() not in {"", "FAILED:", "SUCCESS"} and not _NAMED.match(line):
            raise AnswerError(f"promtool says: {line.strip()}")
    return Answers(alerts, samples, errors)


def _fired(lines: Iterator[str]) -> Iterator[Fired]:
    """The alerts of the `got` part; what was expected comes first and is skipped."""
    line = next(lines, "")
    while not line.strip().startswith("got:"):
        line = _next(lines)
    labels: Labels = frozenset()
    while not line.rstrip().endswith("]") or line.strip().startswith("Annotations"):
        line = _next(lines)
        kind, _, rest = line.strip().partition(":")
        if kind == "Labels":
            labels = frozenset(each for each in _pairs(rest) if each[0] != "alertname")
        elif kind == "Annotations":
            yield Fired(labels, _pairs(rest))
        if line.strip() == "]":
            return


def _next(lines: Iterator[str]) -> str:
    line = next(lines, None)
    if line is None:
        raise AnswerError("promtool's answer ends in the middle of an alert")
    return line


def _samples(lines: Iterator[str]) -> Mapping[Labels, float]:
    expected, got = _next(lines), _next(lines)
    if not expected.strip().startswith("exp:") or not got.strip().startswith("got:"):
        raise AnswerError(f"promtool says: {expected.strip()} {got.strip()}")
    return {_pairs(each["labels"]): float(each["value"]) for each in _SAMPLE.finditer(got)}


def _pairs(text: str) -> Labels:
    """Label names and values; promtool quotes values as Go does, which JSON mostly reads."""
    return frozenset(
        (each["label"], json.loads(_as_json(each["value"]))) for each in _PAIR.finditer(text)
    )


def _as_json(quoted: str) -> str:
    return re.sub(r"\\(x[0-9a-f]{2}|a|v)", _go_escape, quoted)


def _go_escape(found: re.Match[str]) -> str:
    code = {"a": "07", "v": "0b"}.get(found[1], found[1][1:])
    return f"\\u00{code}"


def _seconds(text: str) -> float:
    """`1h30m` in seconds, as Go or Prometheus writes it."""
    return sum(float(number) * _SECONDS[unit] for number, unit in _PART.findall(text))
