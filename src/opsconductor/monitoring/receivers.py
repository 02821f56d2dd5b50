"""Alertmanager's receivers: the configured ones, and the inbox's that always exist."""

from typing import Any

from opsconductor.monitoring import message_templates as text
from opsconductor.monitoring.targets import loopback
from opsconductor.objectives import Receiver
from opsconductor.settings import Settings, SettingsError

INBOX_PREFIX = "inbox-"
INBOX_ROUTING_KEY = "inbox".ljust(32, "0")
"""As long as a real integration key, and plainly not one."""
_THIS_MACHINE = ("127.0.0.1", "localhost", "[::1]")


def receivers(settings: Settings) -> list[dict[str, Any]]:
    """Slack, PagerDuty, email and Watchdog, each at the inbox where its credential is empty."""
    given = settings.receivers
    return [
        _slack(settings, Receiver.SLACK.value, given.slack_webhook_url.get_secret_value()),
        _pagerduty(
            settings, Receiver.PAGERDUTY.value, given.pagerduty_routing_key.get_secret_value()
        ),
        _email(settings, Receiver.EMAIL.value, given.smtp_host),
        _watchdog(settings),
        _slack(settings, f"{INBOX_PREFIX}{Receiver.SLACK.value}", ""),
        _pagerduty(settings, f"{INBOX_PREFIX}{Receiver.PAGERDUTY.value}", ""),
        _email(settings, f"{INBOX_PREFIX}{Receiver.EMAIL.value}", ""),
    ]


def _inbox(settings: Settings, path: str) -> str:
    return f"http://{loopback(settings.console.port)}/inbox/{path}"


def _alerts_page(settings: Settings) -> str:
    return f"{settings.url(settings.console.port)}/alerts"


def _slack(settings: Settings, name: str, webhook: str) -> dict[str, Any]:
    config = {
        "send_resolved": True,
        "api_url": webhook or _inbox(settings, "slack"),
        "channel": settings.receivers.slack_channel,
        "color": text.SLACK_COLOUR,
        "title": text.TITLE,
        "title_link": _alerts_page(settings),
        "text": text.SLACK_TEXT,
        "fallback": f"{text.TITLE}: {text.FIRST_SUMMARY}",
        "mrkdwn_in": ["text"],
    }
    return {"name": name, "slack_configs": [config]}


def _pagerduty(settings: Settings, name: str, routing_key: str) -> dict[str, Any]:
    config: dict[str, Any] = {
        "send_resolved": True,
        "routing_key": routing_key or INBOX_ROUTING_KEY,
        "severity": text.PAGE_SEVERITY,
        "description": text.PAGE,
        "class": "{{ .CommonLabels.alertname }}",
        "component": "{{ .CommonLabels.service }}",
        "client": "OpsConductor",
        "client_url": _alerts_page(settings),
        "details": dict(text.PAGE_DETAILS),
        "links": [{"href": text.RUNBOOK_URL, "text": "Runbook"}],
    }
    if not routing_key:
        config["url"] = _inbox(settings, "pagerduty/v2/enqueue")
    return {"name": name, "pagerduty_configs": [config]}


def _email(settings: Settings, name: str, smarthost: str) -> dict[str, Any]:
    given = settings.receivers
    if smarthost and not smarthost.rpartition(":")[2].isdigit():
        raise SettingsError(
            f"receivers.smtp_host: {smarthost} has no port; give host:port, such as {smarthost}:587"
        )
    host = smarthost.rpartition(":")[0]
    config: dict[str, Any] = {
        "send_resolved": True,
        "to": given.email_to,
        "from": given.email_from,
        "smarthost": smarthost or loopback(settings.inbox.smtp_port),
        # A mail server on this machine may speak plain SMTP; across a network it may not.
        "require_tls": bool(smarthost) and host not in _THIS_MACHINE,
        "headers": {"Subject": text.TITLE},
        # Empty: plain text alone, which every client shows the same.
        "html": "",
        "text": text.EMAIL_TEXT,
    }
    if smarthost and given.smtp_username:
        config["auth_username"] = given.smtp_username
        config["auth_password"] = given.smtp_password.get_secret_value()
    return {"name": name, "email_configs": [config]}


def _watchdog(settings: Settings) -> dict[str, Any]:
    url = settings.receivers.watchdog_url.get_secret_value() or _inbox(settings, "watchdog")
    return {
        "name": Receiver.WATCHDOG.value,
        "webhook_configs": [{"send_resolved": True, "url": url}],
    }
