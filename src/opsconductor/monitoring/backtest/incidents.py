"""Marked incidents: what really happened, and which alerts should have said so.

incidents:
  - name: database outage
    start: 2026-01-03T10:00:00Z
    end: 2026-01-03T10:40:00Z
    alerts: [SelectorErrorBurst]       # each of these must fire; or, without it,
    severity: critical                 # one alert of this severity,
    labels: {service: automation-service}   # with these labels
    settle: 10m                        # alerts may still begin so long after the end
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import yaml

from opsconductor.monitoring.backtest.error import BacktestError
from opsconductor.monitoring.backtest.outcome import Labels
from opsconductor.monitoring.backtest.rule_file import child, milliseconds

SETTLE = "5m"
"""A window of five minutes that saw the end of an incident still holds it so long."""
_KEYS = frozenset({"name", "start", "end", "alerts", "severity", "labels", "settle"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One incident, times in milliseconds.

    `alerts` are the names that must each fire. Without names any alert will do that has the
    severity and the labels.
    """

    name: str
    start: int
    end: int
    alerts: tuple[str, ...] = ()
    severity: str | None = None
    labels: Mapping[str, str]
    settle: int

    def expects(self, alert: str, labels: Labels) -> bool:
        """Whether the alert is one that should say so."""
        has = dict(labels)
        return (
            (not self.alerts or alert in self.alerts)
            and (self.severity is None or has.get("severity") == self.severity)
            and all(has.get(name) == value for name, value in self.labels.items())
        )


def read_incidents(text: str, file: str) -> tuple[Incident, ...]:
    """The incidents of a file, by their start. Raises `BacktestError` with the file and line."""
    try:
        document = yaml.safe_load(text)
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BacktestError(f"{file}:{line}: not YAML: {error.problem}") from None
    except yaml.YAMLError as error:
        raise BacktestError(f"{file}: not YAML: {error}") from None
    listed = document.get("incidents") if isinstance(document, dict) else None
    if not isinstance(listed, list) or not listed:
        raise BacktestError(f"{file}:1: no incident file: it has no list `incidents`")
    nodes = child(tree, "incidents").value
    found = [
        _incident(one, f"{file}:{node.start_mark.line + 1}")
        for one, node in zip(listed, nodes, strict=True)
    ]
    names = [one.name for one in found]
    doubled = {name for name in names if names.count(name) > 1}
    if doubled:
        raise BacktestError(f"{file}: two incidents have the name {min(doubled)!r}")
    return tuple(sorted(found, key=lambda one: one.start))


def _incident(given: Any, where: str) -> Incident:
    if not isinstance(given, dict):
        raise BacktestError(f"{where}: an incident is a mapping with name, start and end")
    surplus = sorted(str(key) for key in given if key not in _KEYS)
    if surplus:
        raise BacktestError(f"{where}: {surplus[0]!r} is not one of {', '.join(sorted(_KEYS))}")
    missing = [key for key in ("name", "start", "end") if not given.get(key)]
    if missing:
        raise BacktestError(f"{where}: the incident has no {missing[0]}")
    start, end = _time(given["start"], where), _time(given["end"], where)
    if end <= start:
        raise BacktestError(f"{where}: {given['name']} ends before it starts")
    alerts, labels = given.get("alerts") or [], given.get("labels") or {}
    if not isinstance(alerts, list) or not isinstance(labels, dict):
        raise BacktestError(f"{where}: `alerts` is a list of names, `labels` a mapping")
    severity = given.get("severity")
    return Incident(
        name=str(given["name"]),
        start=start,
        end=end,
        alerts=tuple(str(name) for name in alerts),
        severity=None if severity is None else str(severity),
        labels={str(name): str(value) for name, value in labels.items()},
        settle=milliseconds(given.get("settle", SETTLE), where),
    )


def _time(value: Any, where: str) -> int:
    """RFC 3339 or Unix seconds; a time without a zone is UTC."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise BacktestError(
                f"{where}: {value!r} is no time such as 2026-01-03T10:00:00Z"
            ) from None
    match value:
        case bool():
            pass
        case int() | float():
            return round(value * 1000)
        case datetime():
            aware = value if value.tzinfo else value.replace(tzinfo=UTC)
            return round(aware.timestamp() * 1000)
        case date():
            return round(
                datetime(value.year, value.month, value.day, tzinfo=UTC).timestamp() * 1000
            )
    raise BacktestError(f"{where}: {value!r} is no time such as 2026-01-03T10:00:00Z")
