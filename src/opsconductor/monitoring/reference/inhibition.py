"""Which alert keeps quiet while which other one fires, read from Alertmanager's own rules."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from opsconductor.monitoring.notifications import inhibit_rules

_MATCHER = re.compile(r'(\w+)(=~|!~|!=|=)"(.*)"')
EVERYWHERE = frozenset({"cluster"})
"""Labels that all alerts of one Prometheus share, and that need no word."""

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Silencing:
    """While `source` fires, `target` keeps quiet where the labels of `same` agree."""

    source: str
    target: str
    same: tuple[str, ...]
    only: str = ""
    """A value that the source must have besides: an objective's name."""


def silencings(alerts: Iterable[Labels]) -> tuple[Silencing, ...]:
    """Every pair of these alerts, given by their labels, that an inhibition rule joins."""
    known = tuple(alerts)
    found = (one for rule in inhibit_rules() for one in _of_rule(rule, known))
    return tuple(dict.fromkeys(found))


def _of_rule(rule: Mapping[str, Any], known: Sequence[Labels]) -> Iterable[Silencing]:
    same = tuple(label for label in rule["equal"] if label not in EVERYWHERE)
    sources = [labels for labels in known if _fulfils(labels, rule["source_matchers"])]
    only = next((m[3] for m in _matchers(rule["source_matchers"]) if m[1] == "slo"), "")
    for source in sources:
        for target in known:
            agree = all(source.get(label, "") == target.get(label, "") for label in same)
            itself = source["alertname"] == target["alertname"]
            if agree and not itself and _fulfils(target, rule["target_matchers"]):
                yield Silencing(source["alertname"], target["alertname"], same, only)


def _matchers(texts: Iterable[str]) -> Iterable[re.Match[str]]:
    for text in texts:
        found = _MATCHER.fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r} is no matcher of Alertmanager")
        yield found


def _fulfils(labels: Labels, texts: Iterable[str]) -> bool:
    return all(_holds(match, labels.get(match[1], "")) for match in _matchers(texts))


def _holds(match: re.Match[str], value: str) -> bool:
    equal = bool(re.fullmatch(match[3], value)) if "~" in match[2] else value == match[3]
    return equal != match[2].startswith("!")
