"""The generated parts of runbooks follow the figures, and what is missing is asked for."""

from dataclasses import replace

from opsconductor.cli.reference import runbook_texts
from opsconductor.monitoring.reference.inventory import Inventory
from opsconductor.monitoring.reference.runbooks import HEADINGS, TO_WRITE, runbooks
from opsconductor.monitoring.rules.rule_settings import rule_settings
from opsconductor.objectives import ALERTS
from opsconductor.settings import Settings
from opsconductor.settings.model import Alerting, Alertmanager, Prometheus


def test_the_committed_pages_are_up_to_date_and_right(inventory: Inventory) -> None:
    """Nothing is left to write, and no query reads what nobody exposes."""
    texts = runbook_texts()
    renewed = runbooks(inventory, texts)
    assert renewed.problems == ()
    assert renewed.pages == texts


def test_a_changed_limit_changes_the_page(inventory: Inventory) -> None:
    """A threshold is told on the page with the figure that the rule has."""
    alerting = Alerting(thresholds={"DiskNearlyFull": 0.25, "SLOBurnRateFast": 12})
    changed = replace(inventory, given=rule_settings(Settings(alerting=alerting)))
    pages = runbooks(changed, runbook_texts()).pages
    assert "Less than 25 % of a file system" in pages["DiskNearlyFull"]
    assert "burn rate of an objective is above 12 over 1h" in pages["SLOBurnRateFast"]


def test_links_and_silences_have_the_ports_in_force(inventory: Inventory) -> None:
    """A query opens, and a silence is made, where Prometheus and Alertmanager are."""
    settings = Settings(prometheus=Prometheus(port=19090), alertmanager=Alertmanager(port=19093))
    changed = replace(inventory, given=rule_settings(settings))
    page = runbooks(changed, runbook_texts()).pages["DiskNearlyFull"]
    assert "(http://127.0.0.1:19090/graph?g0.expr=stack_disk_free_ratio&" in page
    assert "--alertmanager.url=http://127.0.0.1:19093" in page


def test_an_alert_without_a_page_gets_one_that_must_be_written(inventory: Inventory) -> None:
    """Every heading is there, with what can be generated; the rest is asked for."""
    texts = {name: text for name, text in runbook_texts().items() if name != "DiskNearlyFull"}
    renewed = runbooks(inventory, texts)
    page = renewed.pages["DiskNearlyFull"]
    assert [line[3:] for line in page.splitlines() if line.startswith("## ")] == list(HEADINGS)
    assert page.count(TO_WRITE) == len(HEADINGS) - 1
    assert "alertname=DiskNearlyFull service=monitoring" in page
    assert renewed.problems == (
        f"docs/runbooks/DiskNearlyFull.md: write what is marked '{TO_WRITE}'",
    )


def test_what_is_wrong_is_said_for_every_page(inventory: Inventory) -> None:
    """One broken page does not hide another, and neither is changed."""
    texts = runbook_texts()
    texts["Watchdog"] = texts["Watchdog"].replace("<!-- end -->", "", 1)
    texts["DiskNearlyFull"] = texts["DiskNearlyFull"].replace(
        "stack_disk_free_ratio\n", "disk_free_ratio\n", 1
    )
    renewed = runbooks(inventory, texts)
    assert renewed.pages["Watchdog"] == texts["Watchdog"]
    assert len(renewed.problems) == 2
    assert any("reads disk_free_ratio, which nobody exposes" in one for one in renewed.problems)


def test_an_alert_without_a_rule_is_named(inventory: Inventory) -> None:
    """A threshold alone calls nobody, and the command says so."""
    rules = tuple(rule for rule in inventory.alerts if rule.alert != "DiskNearlyFull")
    renewed = runbooks(replace(inventory, alerts=rules), runbook_texts())
    assert "DiskNearlyFull" not in renewed.pages
    assert renewed.problems == (
        "objectives.py declares DiskNearlyFull, and no rule fires it; write its rule",
    )


def test_every_alert_has_a_page(inventory: Inventory) -> None:
    """Also one that was declared a moment ago."""
    assert list(runbooks(inventory, {}).pages) == list(ALERTS)
