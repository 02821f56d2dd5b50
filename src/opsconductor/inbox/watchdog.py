"""The dead man's switch: Alertmanager's webhook, version 4, expecting the Watchdog alert.

Source for the shape: Alertmanager's documentation of `<webhook_config>`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from opsconductor.inbox.message import AlertState, Message
from opsconductor.objectives import WATCHDOG, Receiver


class WebhookAlert(BaseModel):
    """One alert of a delivery."""

    model_config = ConfigDict(frozen=True)

    status: AlertState
    labels: Mapping[str, str]
    annotations: Mapping[str, str] = Field(default_factory=dict)
    starts_at: datetime = Field(alias="startsAt")
    ends_at: datetime = Field(alias="endsAt")
    generator_url: str = Field("", alias="generatorURL")
    fingerprint: str = ""


class Webhook(BaseModel):
    """A delivery."""

    model_config = ConfigDict(frozen=True)

    version: Literal["4"]
    group_key: str = Field(alias="groupKey")
    status: AlertState
    receiver: str
    alerts: Sequence[WebhookAlert] = Field(min_length=1)


class WatchdogRefusalError(ValueError):
    """The body is not such a delivery; the text names the first thing that is wrong."""


def receive(body: bytes) -> Message:
    """The message of the delivery. Raises `WatchdogRefusalError`.

    It counts as a heartbeat, that is as firing, only if an alert named Watchdog fires in it.
    """
    try:
        webhook = Webhook.model_validate_json(body)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "body"
        raise WatchdogRefusalError(f"{where}: {first['msg']}") from None
    names = tuple(dict.fromkeys(alert.labels.get("alertname", "") for alert in webhook.alerts))
    beats = any(
        alert.status == "firing" and alert.labels.get("alertname") == WATCHDOG
        for alert in webhook.alerts
    )
    others = [name for name in names if name and name != WATCHDOG]
    title = "Heartbeat" if beats else f"{webhook.status}: {', '.join(filter(None, names))}"
    return Message(
        receiver=Receiver.WATCHDOG,
        status="firing" if beats else ("resolved" if webhook.status == "resolved" else None),
        title=title,
        body=f"Also delivered here: {', '.join(others)}" if others else "",
        alerts=tuple(name for name in names if name),
        raw=body.decode(errors="replace"),
    )
