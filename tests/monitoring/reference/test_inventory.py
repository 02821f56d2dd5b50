"""Who reads, records and draws what, and what keeps quiet beside what."""

from opsconductor.contract import FAMILIES
from opsconductor.monitoring.reference.inventory import Inventory
from opsconductor.monitoring.routing import own, pairs, quiet
from opsconductor.objectives import ALERTS


def test_an_alert_reads_what_its_rules_name(inventory: Inventory) -> None:
    """Series of one histogram are one family."""
    assert inventory.reads("AIExecutionLatencyP95High") == {"ai_request_duration_seconds"}
    assert inventory.reads("Watchdog") == frozenset()


def test_recorded_series_are_followed_for_the_objective_that_is_read(inventory: Inventory) -> None:
    """The error rate reads the record of one objective, not of all that share the name."""
    families = {family.name for family in FAMILIES}
    found = inventory.reads_at_all("AIExecutionErrorRateHigh") & families
    assert found == {"ai_requests_total", "ai_request_errors_total"}


def test_a_panel_is_an_alerts_by_name_signal_or_limit(inventory: Inventory) -> None:
    """Its description names the alert, it asks the same, or draws the limit over the series."""
    for alert, title in (
        ("AIExecutionErrorRateHigh", "Error Rate (by reason + %)"),
        ("AIExecutionLatencyP99Critical", "Request Duration (P50/P95/P99)"),
        ("SelectorCacheEvictionRateHigh", "Cache Eviction Rate"),
    ):
        assert title in {panel.title for panel in inventory.drawn(alert)}


def test_what_keeps_quiet_is_what_must(inventory: Inventory) -> None:
    """The pages say of Alertmanager's rules what the intent says."""
    known = own(
        (rule.alert, {"severity": str(rule.severity), **rule.labels}) for rule in inventory.alerts
    )
    told = {(one.source, one.target) for one in inventory.silencings}
    meant = {
        (source["alertname"], target["alertname"])
        for source, target in pairs(known)
        if quiet(source, target) and source in known and target in known
    }
    assert told == meant


def test_every_alert_has_scenarios(inventory: Inventory) -> None:
    """The page can say what proves the alert."""
    assert [alert for alert in ALERTS if not inventory.told(alert)] == []


def test_every_family_that_is_not_optional_is_recorded_by_somebody(inventory: Inventory) -> None:
    """A family that nobody records would be a promise without a line that keeps it."""
    missing = [
        one.name for one in FAMILIES if not one.optional and one.name not in inventory.recorders
    ]
    assert missing == []
    assert inventory.recorders["canary_requests_total"] == ("src/opsconductor/canary/rounds.py",)
