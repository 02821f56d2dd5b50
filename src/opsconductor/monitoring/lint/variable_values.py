"""What Grafana's variables may hold: its own, and those that a dashboard declares."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from opsconductor.monitoring.durations import duration
from opsconductor.monitoring.lint.dashboard import Dashboard, Variable
from opsconductor.monitoring.lint.located_json import Node

ALL = "$__all"
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_UNITS = {
    "s": 1,
    "m": _MINUTE,
    "h": _HOUR,
    "d": _DAY,
    "w": 7 * _DAY,
    "M": 30 * _DAY,
    "y": 365 * _DAY,
}
_SINCE = re.compile(r"^now-(\d{1,6})([smhdwMy])$")
_DEFAULT_RANGE = 6 * _HOUR
"""What Grafana shows where a dashboard does not say."""
_POINTS = 1000
"""Points that a graph of some width asks for: a time range over this is `$__interval`."""
_RATE_SCRAPES = 4
"""`$__rate_interval` spans four scrapes at least, by Grafana's definition of it."""
_COMMA = re.compile(r"(?<!\\),")
_QUOTED_OR_WORD = re.compile(r"\"[^\"]*\"|'[^']*'|[^,]+")
_EPOCH_MS = "1700000000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a variable may hold.

    `choices` are the values offered, `chosen` those that the dashboard opens with. With `open`
    others are possible. `escaped`: Grafana makes the values literal inside a regular expression.
    `everything` is the text that stands for the choice of all, a regular expression as it is.
    """

    choices: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()
    open: bool = False
    escaped: bool = False
    everything: str = ""

    @property
    def single(self) -> str | None:
        """The one value that it always has, where that is so."""
        only = len(self.choices) == 1 and not self.open and not self.everything
        return self.choices[0] if only else None

    @property
    def shown(self) -> tuple[str, ...]:
        """The values to read the expression with where only one text can stand: those chosen."""
        return self.chosen or self.choices[:1]


def values(dashboard: Dashboard, scrape_interval: float) -> dict[str, Held]:
    """Every name that stands for something in this dashboard; a declared one hides a built-in."""
    found = _built_in(dashboard, scrape_interval)
    for variable in dashboard.variables:
        found[variable.name] = _declared(variable, found["__interval"])
        found[f"__auto_interval_{variable.name}"] = found["__interval"]
    for node in dashboard.inputs:
        found[node.text("name")] = _fixed(node.text("value")) if node.text("value") else _ANYTHING
    return found


def _built_in(dashboard: Dashboard, scrape_interval: float) -> dict[str, Held]:
    span = _range(dashboard)
    interval = max(scrape_interval, math.ceil(span / _POINTS))
    rate_interval = max(_RATE_SCRAPES * scrape_interval, interval + scrape_interval)
    fixed: Mapping[str, str] = {
        # As long as $__rate_interval: that it may be shorter is a finding of its own.
        "__interval": duration(rate_interval),
        "__interval_ms": f"{rate_interval * 1000:.0f}",
        "__rate_interval": duration(rate_interval),
        "__rate_interval_ms": f"{rate_interval * 1000:.0f}",
        "__auto": duration(rate_interval),
        "__range": duration(span),
        "__range_s": f"{span}",
        "__range_ms": f"{span * 1000}",
        "__from": _EPOCH_MS,
        "__to": _EPOCH_MS,
    }
    unknown = ("__dashboard", "__org", "__user", "__timezone")
    return {name: _fixed(text) for name, text in fixed.items()} | dict.fromkeys(unknown, _ANYTHING)


def _range(dashboard: Dashboard) -> int:
    """The seconds that the dashboard shows when it is opened."""
    match = _SINCE.match(dashboard.root.text("time", "from"))
    if match is None or dashboard.root.text("time", "to") != "now":
        return _DEFAULT_RANGE
    return max(1, int(match[1]) * _UNITS[match[2]])


_ANYTHING = Held(open=True)


def _fixed(text: str) -> Held:
    return Held(choices=(text,), chosen=(text,))


def _declared(variable: Variable, interval: Held) -> Held:
    match variable.type:
        case "constant":
            return _fixed(variable.query)
        case "interval":
            return _interval(variable, interval)
        case "custom":
            return _custom(variable)
        case "switch":
            pair = tuple(variable.node.text(f"{side}Value") for side in ("enabled", "disabled"))
            return Held(choices=pair, chosen=_chosen(variable.node))
        case "textbox":
            typed = _chosen(variable.node) or ((variable.query,) if variable.query else ())
            return Held(chosen=typed, open=True)
        case _:
            return _queried(variable)


def _interval(variable: Variable, built_in: Held) -> Held:
    offered = [
        text
        for word in _QUOTED_OR_WORD.findall(variable.query)
        if (text := word.strip().strip("\"'").strip())
    ]
    choices = tuple(text for text in offered if not text.startswith("$__")) or built_in.choices
    chosen = _chosen(variable.node)
    is_auto = any(text.startswith("$__") for text in chosen)
    return Held(choices=choices, chosen=built_in.choices if is_auto else chosen)


def _custom(variable: Variable) -> Held:
    r"""The options written as `a,b : c,d\,e`: text, or text and value; JSON ones are not read."""
    written = variable.query.strip()
    listed = tuple(_option_value(text) for text in _COMMA.split(written) if text.strip())
    choices = listed or _options(variable.node)
    json_options = variable.node.text("valuesFormat") == "json"
    return _several(variable, () if json_options else choices, is_open=json_options or not choices)


def _option_value(text: str) -> str:
    """The value of an option: what stands behind ` : `, or all of it."""
    _, separator, value = text.partition(" : ")
    return (value if separator else text).replace("\\,", ",").strip()


def _queried(variable: Variable) -> Held:
    return _several(variable, _options(variable.node), is_open=True)


def _several(variable: Variable, choices: tuple[str, ...], *, is_open: bool) -> Held:
    takes_all = variable.node.flag("includeAll")
    chosen = _chosen(variable.node)
    if ALL in chosen:
        whole = variable.node.text("allValue")
        chosen = (whole,) if whole else choices
    return Held(
        choices=choices,
        chosen=chosen,
        open=is_open,
        escaped=takes_all or variable.node.flag("multi"),
        everything=variable.node.text("allValue") if takes_all else "",
    )


def _chosen(node: Node) -> tuple[str, ...]:
    value = node.get("current", "value")
    if value is None:
        return ()
    members = value.value if isinstance(value.value, list) else [value]
    texts = (_text(member) for member in members)
    return tuple(text for text in texts if text)


def _options(node: Node) -> tuple[str, ...]:
    texts = (_text(option.get("value")) for option in node.items("options"))
    return tuple(text for text in texts if text and text != ALL)


def _text(node: Node | None) -> str:
    """The value as Grafana writes it; numbers and `true` come without quotes in some files."""
    if node is None or isinstance(node.value, dict | list) or node.value is None:
        return ""
    return str(node.value).lower() if isinstance(node.value, bool) else str(node.value)
