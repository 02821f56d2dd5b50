"""The guide on SLOs: its example compiles, and its tables are the code's."""

import json
import re

from opsconductor.contract import RECORDED
from opsconductor.monitoring.durations import duration
from opsconductor.monitoring.slo import annotations
from opsconductor.monitoring.slo.compiler import compiled
from opsconductor.monitoring.slo.promise import Options
from opsconductor.monitoring.slo.queries import PLACEHOLDERS
from opsconductor.monitoring.slo.tiers import default_tiers, tiers
from opsconductor.objectives import BURN_TIERS, DAY, PERIOD
from opsconductor.settings import PROJECT_ROOT

GUIDE = (PROJECT_ROOT / "docs/slo.md").read_text(encoding="utf-8")


def test_the_example_compiles() -> None:
    """Whoever copies it has an SLO with four tiers."""
    (text,) = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
    found = compiled({"slo.yaml": text}, Options(retention=30 * DAY))
    assert found.problems == ()
    (promise,) = found.promises
    assert [tier.tier for tier in promise.tiers] == ["fast", "slow", "ticket", "trend"]


def test_the_tiers_of_thirty_days_are_ours() -> None:
    """Burn, windows, hold and severity of each tier."""
    rows = re.findall(r"^\| (fast|slow|ticket|trend) \| (.+) \|$", GUIDE, re.MULTILINE)
    assert [(tier, row.split(" | ")) for tier, row in rows] == [
        (
            tier.tier,
            [
                tier.alert,
                f"{tier.factor:g}",
                duration(tier.long_window),
                duration(tier.short_window),
                duration(tier.hold),
                str(tier.severity),
            ],
        )
        for tier in BURN_TIERS
    ]


def test_the_burns_of_other_periods_follow_the_formula() -> None:
    """7, 28 and 90 days."""
    rows = re.findall(r"^\| (\d+)d \| ([\d. |]+) \|$", GUIDE, re.MULTILINE)
    assert [days for days, _ in rows] == ["7", "28", "90"]
    for days, row in rows:
        found = default_tiers(int(days) * DAY)
        assert [f"{tier.factor:g}" for tier in found] == row.split(" | ")


def test_every_annotation_has_its_row() -> None:
    """An annotation that the guide does not name is one that nobody finds."""
    named = re.findall(r"^\| `(opsconductor\.io/[a-z-]+)` \|", GUIDE, re.MULTILINE)
    assert named == list(annotations.KNOWN)


def test_the_tier_of_ones_own_is_accepted() -> None:
    """The JSON of the guide is what the annotation takes."""
    (text,) = re.findall(r"```json\n(.*?)```", GUIDE, re.DOTALL)
    (own,) = tiers(json.dumps(json.loads(text)), PERIOD)
    assert (own.tier, own.factor, own.long_window) == ("fast", 10, 1800)


def test_the_placeholders_are_understood() -> None:
    """Both spellings that the guide shows."""
    shown = re.search(r"write `([^`]+)` or `([^`]+)` in brackets", GUIDE)
    assert shown is not None
    assert set(shown.groups()) <= set(PLACEHOLDERS)


def test_the_series_of_the_guide_are_recorded() -> None:
    """Every name of the table is in the contract."""
    known = {one.name for one in RECORDED}
    assert set(re.findall(r"`(slo:[a-z_0-9:]+)`", GUIDE)) <= known
