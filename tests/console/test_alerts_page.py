"""The Alerts page and the pill, with Prometheus and Alertmanager up, down and odd."""

from typing import Any

import httpx
import pytest

from opsconductor.console.alert_rows import shown_value
from opsconductor.settings import Settings
from opsconductor.settings.model import Prometheus

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def _always_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page asks at every request, also just after the console's own poll."""
    monkeypatch.setattr("opsconductor.console.alert_board.FRESH_SECONDS", 0)


def _alert(name: str, state: str = "firing", **labels: str) -> dict[str, Any]:
    return {
        "labels": {"alertname": name, "severity": "warning", **labels},
        "annotations": {"summary": f"summary of {name}", "description": HOSTILE},
        "state": state,
        "activeAt": "2026-01-01T00:00:00.123456789Z",
        "value": "1.25e-01",
    }


def _rule(name: str, *alerts: dict[str, Any], **changes: Any) -> dict[str, Any]:
    rule = {
        "name": name,
        "query": "up == 0",
        "type": "alerting",
        "health": "ok",
        "state": alerts[0]["state"] if alerts else "inactive",
        "labels": {"severity": "warning"},
        "annotations": {"summary": "a template {{ $value }}", "runbook_url": "javascript:alert(1)"},
        "alerts": list(alerts),
    }
    return rule | changes


def _rules(*rules: dict[str, Any]) -> dict[str, Any]:
    group = {"name": "ours", "interval": 30, "rules": list(rules)}
    return {"status": "success", "data": {"groups": [group]}}


def _held(alert: dict[str, Any], receiver: str = "slack", **status: Any) -> dict[str, Any]:
    state = {"state": "active", "silencedBy": [], "inhibitedBy": []} | status
    return {
        "labels": {**alert["labels"], "cluster": "local"},
        "annotations": {},
        "fingerprint": "f",
        "receivers": [{"name": receiver}],
        "status": state,
        "startsAt": alert["activeAt"],
        "endsAt": alert["activeAt"],
        "updatedAt": alert["activeAt"],
    }


def test_the_page_shows_every_alert_and_its_state(browser: httpx.Client, upstreams: Any) -> None:
    """Firing, pending and inactive alerts are there, with value, labels and receiver."""
    upstreams["prometheus"].answer(
        "/api/v1/rules",
        _rules(
            _rule("Quiet"),
            _rule("Slow", _alert("Slow", "pending")),
            _rule("Broken", _alert("Broken", service="ai-pipeline")),
            _rule("a:record", type="recording", state=None),
        ),
    )
    page = browser.get("/alerts").text
    assert page.index("<b>Broken</b>") < page.index("<b>Slow</b>") < page.index("<b>Quiet</b>")
    assert "a:record" not in page
    assert "summary of Broken" in page
    assert "service=<b>ai-pipeline</b>" in page
    assert "0.125" in page
    assert 'datetime="2026-01-01T00:00:00.123456+00:00"' in page
    assert "slack" in page
    assert "{{ $value }}" not in page, "a rule's unfilled template is not shown"


def test_a_quiet_rules_templated_label_reads_any(browser: httpx.Client, upstreams: Any) -> None:
    """A label that only an alert fills in says so in a word, not in template code."""
    labels = {"severity": "warning", "service": "{{ $labels.service }}", "job": "canary"}
    upstreams["prometheus"].answer("/api/v1/rules", _rules(_rule("Quiet", labels=labels)))
    page = browser.get("/alerts").text
    assert "service=<b>any</b>" in page
    assert "job=<b>canary</b>" in page
    assert "$labels" not in page


def test_the_page_filters_by_state(browser: httpx.Client, upstreams: Any) -> None:
    """A tab shows one state; an unknown one shows all."""
    rules = _rules(_rule("Quiet"), _rule("Broken", _alert("Broken")))
    upstreams["prometheus"].answer("/api/v1/rules", rules)
    page = browser.get("/alerts?state=inactive").text
    assert "<b>Quiet</b>" in page
    assert "<b>Broken</b>" not in page
    assert "No alert is pending" in browser.get("/alerts?state=pending").text
    assert "<b>Broken</b>" in browser.get("/alerts?state=nonsense").text


def test_hostile_text_stays_text(browser: httpx.Client, upstreams: Any) -> None:
    """Annotations are escaped, and a runbook address that is a script is no link."""
    upstreams["prometheus"].answer("/api/v1/rules", _rules(_rule("X", _alert("X"))))
    page = browser.get("/alerts").text
    assert HOSTILE not in page
    assert "&lt;script&gt;" in page
    assert "javascript:" not in page


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        ({"state": "suppressed", "silencedBy": ["s1"]}, "silenced until 2026-02-01 00:00 UTC by d"),
        ({"state": "suppressed", "silencedBy": ["gone"]}, "silenced"),
        ({"state": "suppressed", "inhibitedBy": ["other"]}, "inhibited"),
    ],
)
def test_what_is_held_back_says_why(
    browser: httpx.Client, upstreams: Any, status: dict[str, Any], shown: str
) -> None:
    """A silenced or an inhibited alert is marked, for nobody is called."""
    alert = _alert("Broken")
    upstreams["prometheus"].answer("/api/v1/rules", _rules(_rule("Broken", alert)))
    upstreams["alertmanager"].answer("/api/v2/alerts", [_held(alert, "inbox-slack", **status)])
    silence = {
        "id": "s1",
        "status": {"state": "active"},
        "matchers": [],
        "startsAt": "2026-01-01T00:00:00Z",
        "endsAt": "2026-02-01T00:00:00Z",
        "createdBy": "dana",
        "comment": HOSTILE,
    }
    upstreams["alertmanager"].answer("/api/v2/silences", [silence])
    page = browser.get("/alerts").text
    assert "held back" in page
    assert shown in page
    assert "inbox-slack" in page
    assert HOSTILE not in page


def test_drills_are_shown_apart(browser: httpx.Client, upstreams: Any) -> None:
    """An alert that no rule made is listed as held by Alertmanager alone."""
    upstreams["prometheus"].answer("/api/v1/rules", _rules(_rule("Quiet")))
    held = [_held(_alert("RouteDrill", drill="true"), "inbox-slack")]
    upstreams["alertmanager"].answer("/api/v2/alerts", held)
    page = browser.get("/alerts").text
    assert page.index("Held by Alertmanager alone") < page.index("RouteDrill")


def test_a_failing_rule_is_not_called_inactive(browser: httpx.Client, upstreams: Any) -> None:
    """A rule that cannot be evaluated says so, with the error."""
    broken = _rule("Broken", health="err", lastError="vector contains <b>twins</b>")
    upstreams["prometheus"].answer("/api/v1/rules", _rules(broken))
    page = browser.get("/alerts").text
    assert "rule fails" in page
    assert "vector contains &lt;b&gt;twins" in page


def test_no_rules_is_said_to_be_wrong(browser: httpx.Client) -> None:
    """An empty rule list is not shown as a healthy system."""
    assert "no alerting rule loaded" in browser.get("/alerts").text


@pytest.mark.parametrize("name", ["prometheus", "alertmanager"])
def test_the_last_known_alerts_stay_while_a_service_fails(
    browser: httpx.Client, upstreams: Any, name: str
) -> None:
    """The page names the service that fails and keeps what it said, with its age."""
    upstreams["prometheus"].answer("/api/v1/rules", _rules(_rule("Broken", _alert("Broken"))))
    assert "does not answer" not in browser.get("/alerts").text
    for path in list(upstreams[name].answers):
        upstreams[name].answer(path, {"error": "down"}, 503)
    page = browser.get("/alerts").text
    label = {"prometheus": "Prometheus", "alertmanager": "Alertmanager"}[name]
    assert f"{label} does not answer." in page
    assert "Below is what it said <time" in page
    assert "<b>Broken</b>" in page


def test_nonsense_is_no_crash(browser: httpx.Client, upstreams: Any) -> None:
    """An answer in another shape counts as no answer."""
    upstreams["prometheus"].answer("/api/v1/rules", {"status": "success", "data": {"groups": 5}})
    answer = browser.get("/alerts")
    assert answer.status_code == 200
    assert "Prometheus does not answer" in answer.text


class TestPrometheusNeverThere:
    """A console that starts while Prometheus is not there."""

    @pytest.fixture
    def settings(self, settings: Settings, free_ports: Any) -> Settings:
        """Settings that name a port on which nobody listens."""
        nobody = Prometheus(port=free_ports(1)[0])
        return settings.model_copy(update={"prometheus": nobody})

    def test_the_page_is_not_blank(self, browser: httpx.Client) -> None:
        """It says what is missing and what to do, and the pill claims no health."""
        page = browser.get("/alerts").text
        assert "Prometheus does not answer." in page
        assert "It has not answered since the console started" in page
        assert "opsconductor status" in page
        assert "no alert data" in page
        assert "all quiet" not in page


def test_the_pill_counts_what_fires(browser: httpx.Client, upstreams: Any) -> None:
    """The Watchdog is no alarm; the worst severity gives the tone; a stale count says so."""
    watchdog = _rule("Watchdog", _alert("Watchdog"))
    upstreams["prometheus"].answer("/api/v1/rules", _rules(watchdog))
    assert "all quiet" in browser.get("/alerts").text
    critical = _rule("Down", _alert("Down", severity="critical"))
    upstreams["prometheus"].answer("/api/v1/rules", _rules(watchdog, critical))
    page = browser.get("/alerts").text
    assert "1 firing" in page
    assert 'class="pill crit"' in page
    upstreams["prometheus"].answer("/api/v1/rules", {}, 500)
    assert "1 firing, stale" in browser.get("/alerts").text


def test_every_page_keeps_its_pill_current(browser: httpx.Client) -> None:
    """A page with nothing else to refresh asks for the top bar alone; a stranger's does not."""
    assert 'data-refresh-from="/pill"' in browser.get("/runbooks").text
    bar = browser.get("/pill").text
    assert 'id="health"' in bar
    assert "<table" not in bar
    assert "data-refresh-from" not in browser.get("/alerts").text
    browser.cookies.clear()
    assert "data-refresh" not in browser.get("/login").text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1.2433333e-01", "0.1243"),
        ("1e+00", "1"),
        ("NaN", "not a number"),
        ("+Inf", "infinite"),
        ("odd", "odd"),
    ],
)
def test_values_are_readable(text: str, shown: str) -> None:
    """Prometheus's notation becomes a figure that a person reads."""
    assert shown_value(text) == shown
