"""docs/reference/settings.md: every setting, and every limit of an alert."""

from opsconductor.monitoring.numbers import number
from opsconductor.monitoring.reference import conditions, links
from opsconductor.monitoring.reference.markdown import code, codes, link, page, table
from opsconductor.monitoring.rules.limits import FIXED
from opsconductor.objectives import BURN_TIERS, THRESHOLDS, Unit
from opsconductor.settings import Entry, entries, section_help

_TOP = "Without a table"
_INTRO = """\
What can be set in `opsconductor.toml`, in the table that the heading begins with, or in the
environment; the environment wins. A setting that does not exist is refused with its line. Numbers
that are durations say their unit in the name. `opsconductor.toml.example` has the same in one file.
"""
_LIMITS = """\
`alerting.thresholds` takes any of these; rules, dashboards and messages follow:

```toml
[alerting]
thresholds = { SelectorLatencyHigh = 0.8 }
```
"""


def settings_page() -> str:
    """The page."""
    sections = dict.fromkeys(entry.section for entry in entries())
    rows = (
        (link(code(f"[{name}]") if name else _TOP, "", name or _TOP), _help(name))
        for name in sections
    )
    return page(
        "Settings",
        _INTRO,
        table(("table", "what"), rows),
        *(part for name in sections for part in _section(name)),
        "## Limits of alerts",
        _LIMITS,
        _limits(),
    )


def _help(section: str) -> str:
    return section_help(section) if section else "The system as a whole."


def _section(name: str) -> list[str]:
    return [
        f"## {name or _TOP}",
        *(_entry(entry) for entry in entries() if entry.section == name),
    ]


def _entry(entry: Entry) -> str:
    facts = (
        f"Default {code(entry.default)}; {entry.allowed}. Environment: {codes(entry.variables)}."
    )
    return f"### {entry.key}\n\n{entry.help} {facts}"


def _limits() -> str:
    rows = [
        (
            links.alert(alert),
            number(one.limit),
            one.unit.value,
            conditions.amount(one.limit, one.unit),
        )
        for alert, one in THRESHOLDS.items()
        if alert not in FIXED
    ]
    rows += [
        (links.alert(tier.alert), number(tier.factor), Unit.BURN.value, number(tier.factor))
        for tier in BURN_TIERS
    ]
    return table(("alert", "default", "in", "that is"), rows)
