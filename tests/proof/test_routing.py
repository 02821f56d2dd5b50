"""Routes, inhibition and delivery on a real Alertmanager; and that a wrong one is found."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from opsconductor.monitoring.documents import documents
from opsconductor.monitoring.mutation.rule_file import rules
from opsconductor.monitoring.notifications import alertmanager_document
from opsconductor.monitoring.routing import Labels, own
from opsconductor.objectives import ALERTS
from opsconductor.proof.routing import Configured, Routing, routing
from opsconductor.settings import Settings
from opsconductor.stack.programs import Programs
from opsconductor.stack.slo_files import read_slos

pytestmark = pytest.mark.stack

SETTINGS = Settings()


@pytest.fixture(scope="module")
def alerts() -> Sequence[Labels]:
    """The labels with which our alerts fire."""
    slos = read_slos(SETTINGS.alerting.slo_dir)
    source = documents(SETTINGS, slos, grafana=False)["prometheus/rules.yml"]
    return own((rule.alert, rule.labels) for rule in rules(source, "rules.yml") if rule.alert)


def tried(
    programs: Programs, alerts: Sequence[Labels], configured: Configured = alertmanager_document
) -> Routing:
    """Everything tried with a configuration."""
    return asyncio.run(routing(SETTINGS, alerts, programs, configured))


def test_every_alert_reaches_exactly_whom_it_must(
    programs: Programs, alerts: Sequence[Labels]
) -> None:
    """The whole matrix, every pair, and a message of each alert in the inbox."""
    found = tried(programs, alerts)
    assert found.right, found
    assert found.routes == len(ALERTS) * 30 + len(alerts)
    assert found.asked == found.delivered == len(alerts)
    assert found.silenced > 0


def test_a_wrong_route_is_found(programs: Programs, alerts: Sequence[Labels]) -> None:
    """Critical alerts that go to email: amtool, the server and the inbox all say so."""

    def wrong(settings: Settings) -> dict[str, Any]:
        document = alertmanager_document(settings)
        for route in document["route"]["routes"]:
            if route["matchers"] == ['severity="critical"']:
                route["receiver"] = "email"
        return document

    found = tried(programs, alerts, wrong)
    assert not found.right
    assert any(
        "SLOBurnRateFast" in one and "amtool says email" in one for one in found.wrong_routes
    )
    assert any("goes to email, must go to pagerduty" in one for one in found.wrong_routes)
    assert any("arrived at email, must be pagerduty" in one for one in found.wrong_deliveries)
    assert found.wrong_pairs == ()


def test_wrong_inhibition_is_found(programs: Programs, alerts: Sequence[Labels]) -> None:
    """Without `service` a target that is down silences everybody; without a rule, nobody."""

    def wrong(settings: Settings) -> dict[str, Any]:
        document = alertmanager_document(settings)
        slower, _, down, _ = document["inhibit_rules"]
        down["equal"] = ["cluster"]
        document["inhibit_rules"].remove(slower)
        return document

    found = tried(programs, alerts, wrong)
    assert found.wrong_routes == ()
    assert any(" silences " in one for one in found.wrong_pairs)
    assert any(" does not silence " in one for one in found.wrong_pairs)
