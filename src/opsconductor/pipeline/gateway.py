"""automation-service over HTTP, as the pipeline sees it."""

from collections.abc import Mapping, Sequence

from opsconductor.client.automation import AutomationClient
from opsconductor.client.automation_answers import Run, Scalar, ToolInfo
from opsconductor.client.errors import UpstreamError
from opsconductor.pipeline.service import ServiceError


class Gateway:
    """An `AutomationService` that asks the real one through its client."""

    def __init__(self, client: AutomationClient) -> None:
        self._client = client

    async def tools(self, headers: Mapping[str, str]) -> Sequence[ToolInfo]:
        """Every tool in the catalogue."""
        try:
            return await self._client.tools(headers=headers)
        except UpstreamError as error:
            raise ServiceError.of(error) from None

    async def search(self, query: str, count: int, headers: Mapping[str, str]) -> Sequence[str]:
        """The names of the tools that fit the query, best first."""
        try:
            found = await self._client.search(query, k=count, headers=headers)
        except UpstreamError as error:
            raise ServiceError.of(error) from None
        return [tool.key for tool in found.results]

    async def run(self, tool: str, params: Mapping[str, Scalar], headers: Mapping[str, str]) -> Run:
        """Run a tool."""
        try:
            return await self._client.execute_tool(tool, params, headers=headers)
        except UpstreamError as error:
            raise ServiceError.of(error) from None
