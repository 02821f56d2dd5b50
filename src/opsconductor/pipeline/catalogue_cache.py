"""The tool list, asked for again when it is old; a failed refresh keeps the one that is known."""

import time
from collections.abc import Callable, Mapping

from opsconductor.pipeline.profiles import Catalogue
from opsconductor.pipeline.service import AutomationService, ServiceError
from opsconductor.telemetry import logger

FRESH_SECONDS = 15.0
"""How long a list is used without asking; a reloaded catalogue is seen after this long."""

log = logger(__name__)


class CatalogueCache:
    """Prepares the listed tools once, and again only when the list has changed."""

    def __init__(
        self, service: AutomationService, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._service = service
        self._clock = clock
        self._catalogue: Catalogue | None = None
        self._read_at = 0.0

    async def get(self, headers: Mapping[str, str]) -> Catalogue:
        """The tools. Raises `ServiceError` where none were ever listed."""
        if self._catalogue is not None and self._clock() - self._read_at < FRESH_SECONDS:
            return self._catalogue
        try:
            tools = await self._service.tools(headers)
        except ServiceError as error:
            if self._catalogue is None:
                raise
            log.warning("the tool list could not be refreshed", error=error.message)
            return self._catalogue
        if self._catalogue is None or list(self._catalogue.cards.values()) != list(tools):
            self._catalogue = Catalogue(tools)
        self._read_at = self._clock()
        return self._catalogue
