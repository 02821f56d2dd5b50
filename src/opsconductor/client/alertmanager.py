"""Alertmanager's HTTP API v2, the part that we use."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Self, TypeVar

import httpx
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from opsconductor.client.errors import UpstreamError
from opsconductor.client.http import parsed, send, trust

_NAME = "Alertmanager"


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, populate_by_name=True)


class ReceiverName(_Answer):
    """A receiver that an alert is routed to."""

    name: str


class AlertStatus(_Answer):
    """Whether an alert is delivered, and if not, what holds it back."""

    state: Literal["unprocessed", "active", "suppressed"]
    silenced_by: Sequence[str] = Field(alias="silencedBy")
    inhibited_by: Sequence[str] = Field(alias="inhibitedBy")


class Alert(_Answer):
    """An alert as Alertmanager holds it."""

    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    fingerprint: str
    receivers: Sequence[ReceiverName]
    status: AlertStatus
    starts_at: datetime = Field(alias="startsAt")
    ends_at: datetime = Field(alias="endsAt")
    updated_at: datetime = Field(alias="updatedAt")
    generator_url: str = Field("", alias="generatorURL")


class PostedAlert(_Answer):
    """An alert as a client posts it; `ends_at` in the past resolves it."""

    labels: Mapping[str, str]
    annotations: Mapping[str, str] = Field(default_factory=dict)
    starts_at: datetime | None = Field(None, alias="startsAt")
    ends_at: datetime | None = Field(None, alias="endsAt")


class Matcher(_Answer):
    """One condition of a silence."""

    name: str
    value: str
    is_regex: bool = Field(alias="isRegex")
    is_equal: bool = Field(default=True, alias="isEqual")


class SilenceStatus(_Answer):
    """Whether a silence is in force."""

    state: Literal["expired", "active", "pending"]


class Silence(_Answer):
    """A silence."""

    id: str
    status: SilenceStatus
    matchers: Sequence[Matcher]
    starts_at: datetime = Field(alias="startsAt")
    ends_at: datetime = Field(alias="endsAt")
    created_by: str = Field(alias="createdBy")
    comment: str


class VersionInfo(_Answer):
    """Which build answers."""

    version: str


class Status(_Answer):
    """The server's build; `uptime` is the time of its start."""

    version_info: VersionInfo = Field(alias="versionInfo")
    uptime: datetime


_T = TypeVar("_T")


class AlertmanagerClient:
    """An async context manager over one Alertmanager. Methods raise `UpstreamError`."""

    def __init__(self, base_url: str, *, timeout: float = 10) -> None:
        self._http = httpx.AsyncClient(
            base_url=base_url, timeout=timeout, verify=trust(base_url), trust_env=False
        )

    async def __aenter__(self) -> Self:
        """Keep connections open until the block ends."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def alerts(self, *filters: str) -> list[Alert]:
        """The alerts that match every filter, e.g. `service="ai-pipeline"`."""
        return _checked(list[Alert], await self._get("/api/v2/alerts", filter=list(filters)))

    async def post_alerts(self, alerts: Iterable[PostedAlert]) -> None:
        """Raise or resolve alerts, as Prometheus does."""
        body = [alert.model_dump(mode="json", by_alias=True, exclude_none=True) for alert in alerts]
        await send(self._http, _NAME, "POST", "/api/v2/alerts", json=body)

    async def status(self) -> Status:
        """The server's build and start."""
        return _checked(Status, await self._get("/api/v2/status"))

    async def silences(self) -> list[Silence]:
        """Every silence that is still kept, expired ones too."""
        return _checked(list[Silence], await self._get("/api/v2/silences"))

    async def ready(self) -> bool:
        """Whether the server is up."""
        try:
            await send(self._http, _NAME, "GET", "/-/ready")
        except UpstreamError:
            return False
        return True

    async def _get(self, path: str, **params: Any) -> Any:
        return parsed(_NAME, await send(self._http, _NAME, "GET", path, params=params))


def _checked(shape: type[_T], value: Any) -> _T:
    try:
        return TypeAdapter(shape).validate_python(value)
    except ValidationError as error:
        what = f"{_NAME}'s answer does not have the promised shape: {error.errors()[0]['msg']}"
        raise UpstreamError(what, "nonsense") from None
