"""Everything of one automation-service process, put together, started and stopped."""

import asyncio
import contextlib
import time
from collections.abc import Mapping
from types import MappingProxyType

from opsconductor import __version__
from opsconductor.automation.catalogue import Catalogue, CatalogueError, load
from opsconductor.automation.executions import Executions
from opsconductor.automation.housekeeping import Housekeeping
from opsconductor.automation.metrics import RunMetrics
from opsconductor.automation.run import Limits
from opsconductor.automation.selector import Selector
from opsconductor.automation.store import (
    AuditLog,
    Database,
    ExecutionStore,
    IndexedTool,
    InstanceStore,
    StoreUnavailableError,
    ToolIndex,
    prepare,
)
from opsconductor.automation.tool import Tool
from opsconductor.automation.transports.process_family import sweep
from opsconductor.contract import AUTOMATION, families
from opsconductor.contract.registry import EXPOSED
from opsconductor.settings import Settings
from opsconductor.telemetry import Telemetry, logger

log = logger(__name__)


class Service:
    """The parts of the service. `start` and `stop` bracket its life on one event loop.

    `telemetry` stands in for the instruments that the contract and the settings ask for.
    """

    def __init__(self, settings: Settings, telemetry: Telemetry | None = None) -> None:
        automation = settings.automation
        self.settings = settings
        self.started_at = time.time()
        self.failure = ""
        self.telemetry = telemetry or Telemetry(
            EXPOSED[AUTOMATION], limits={"tool": automation.tool_label_limit}
        )
        self.catalogue = Catalogue(MappingProxyType({}), MappingProxyType({}))
        self.database = Database(settings.database_url)
        self.records = ExecutionStore(self.database)
        self.audit = AuditLog(self.database)
        self.instances = InstanceStore(self.database)
        self.metrics = RunMetrics(self.telemetry)
        self.index = ToolIndex(self.database)
        self.selector = Selector(
            self.index,
            self.telemetry,
            ttl_seconds=settings.selector.cache_ttl_seconds,
            max_entries=settings.selector.cache_max_entries,
            degraded_enable=settings.selector.degraded_enable,
        )
        self.executions = Executions(
            store=self.records,
            catalogue=lambda: self.catalogue,
            metrics=self.metrics,
            instance=self.instances.id,
            limits=Limits(timeout_seconds=automation.exec_timeout_ms / 1000),
            max_concurrent=automation.max_concurrent_runs,
        )
        self._indexed: Catalogue | None = None
        self._preparing = asyncio.Lock()
        self._housekeeping = Housekeeping(self)
        self._show_build()

    async def start(self) -> None:
        """Load the catalogue and prepare the database; one that is away is awaited later.

        Raises `CatalogueError` without tools, `SchemaVersionError` for a newer database, and
        `OSError` where the state folder cannot be written.
        """
        self.database.create_file()
        swept = await sweep()
        if swept:
            log.warning("programs that a dead process left running were killed", processes=swept)
        catalogue = await self._load()
        self._adopt(catalogue)
        try:
            await self.prepare()
        except StoreUnavailableError as error:
            log.warning("the database cannot be reached; trying again", error=str(error))
        self._housekeeping.start()

    async def stop(self) -> None:
        """Cancel what runs, record it, and let go of the database."""
        await self._housekeeping.stop()
        await self.executions.close()
        await self.selector.close()
        with contextlib.suppress(StoreUnavailableError):
            await self.instances.leave()
        await self.database.close()

    async def prepare(self) -> None:
        """Bring the database to where the service can use it; again after an outage at start.

        Raises `StoreUnavailableError`.
        """
        async with self._preparing:
            if self.prepared:
                return
            await self.database.write(prepare)
            failed = await self.instances.register()
            if failed:
                log.warning("runs of a dead process ended as failed", executions=failed)
            await self._index(self.catalogue)

    @property
    def prepared(self) -> bool:
        """Whether the database holds the schema and the catalogue in use."""
        return self._indexed is self.catalogue

    async def reload(self) -> Catalogue:
        """Read the tool files again. Raises `CatalogueError` and `StoreUnavailableError`.

        Where it raises, the old catalogue stays in use.
        """
        catalogue = await self._load()
        await self._index(catalogue)
        self._adopt(catalogue)
        return catalogue

    async def _load(self) -> Catalogue:
        folder = self.settings.automation.tools_dir.expanduser().absolute()
        catalogue = await asyncio.to_thread(load, folder, self.settings.state)
        for file, error in catalogue.broken.items():
            log.error("a tool file is broken and left out", file=file, error=error)
        if not catalogue.tools:
            raise CatalogueError(f"no usable tool file in {folder}: {_reasons(catalogue.broken)}")
        return catalogue

    def _adopt(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.metrics.admit(catalogue.tools)
        self.selector.catalogue_changed()

    async def _index(self, catalogue: Catalogue) -> None:
        await self.index.replace([indexed(tool) for tool in catalogue.tools.values()])
        self._indexed = catalogue

    def _show_build(self) -> None:
        build = {
            "version": __version__,
            "git_commit": self.settings.automation.git_commit,
            "built_at": self.settings.automation.built_at,
        }
        for label, value in build.items():
            self.telemetry.admit(label, [value])
        self.telemetry.gauge(families.SELECTOR_BUILD_INFO).bind(**build).set(1)


def indexed(tool: Tool) -> IndexedTool:
    """What the search knows of a tool."""
    return IndexedTool(
        key=tool.name,
        name=tool.display_name,
        short_desc=tool.description,
        platform=tool.platform,
        tags=(*tool.tags, tool.category),
        examples=tool.examples,
    )


def _reasons(broken: Mapping[str, str]) -> str:
    return "; ".join(f"{file}: {error}" for file, error in broken.items())
