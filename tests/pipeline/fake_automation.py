"""An automation-service for unit tests: the real tools' descriptions, and runs that are made up."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from opsconductor.client.automation_answers import Run, RunError, RunMetadata, Scalar, ToolInfo
from opsconductor.contract import Reason
from opsconductor.pipeline.service import ServiceError
from opsconductor.pipeline.tokens import tokenize
from opsconductor.pipeline.wording import stem, words_of
from opsconductor.settings import PROJECT_ROOT

Answer = Callable[[str, Mapping[str, Scalar]], Run]


@cache
def real_tools() -> tuple[ToolInfo, ...]:
    """The tools of the project's own catalogue."""
    files = sorted((PROJECT_ROOT / "tools").glob("*.toml"))
    return tuple(ToolInfo.model_validate(tomllib.loads(f.read_text("utf-8"))) for f in files)


def succeeded(**facts: Scalar) -> Run:
    """A run that went well."""
    return Run(success=True, output="done", trace_id="t", metadata=RunMetadata(facts=facts))


def failed(reason: Reason, message: str) -> Run:
    """A run that did not."""
    return Run(success=False, error=RunError(code=reason, message=message), trace_id="t")


class FakeAutomation:
    """Lists tools, finds those that share a word with the query, answers runs with `answer`."""

    def __init__(
        self,
        tools: Sequence[ToolInfo] | None = None,
        answer: Answer = lambda _tool, _params: succeeded(),
    ) -> None:
        self.listed = list(tools or real_tools())
        self._stems = {tool.name: _stems(tool) for tool in self.listed}
        self.answer = answer
        self.error: ServiceError | None = None
        self.runs: list[tuple[str, dict[str, Scalar]]] = []
        self.queries: list[str] = []
        self.headers: list[Mapping[str, str]] = []

    async def tools(self, headers: Mapping[str, str]) -> Sequence[ToolInfo]:
        """Every tool."""
        self._called(headers)
        return self.listed

    async def search(self, query: str, count: int, headers: Mapping[str, str]) -> Sequence[str]:
        """The tools that share most stems with the query."""
        self._called(headers)
        self.queries.append(query)
        wanted = {stem(word) for word in words_of(tokenize(query))}
        shared = {tool.name: len(wanted & self._stems[tool.name]) for tool in self.listed}
        found = sorted((name for name in shared if shared[name]), key=lambda n: -shared[n])
        return found[:count]

    async def run(self, tool: str, params: Mapping[str, Scalar], headers: Mapping[str, str]) -> Run:
        """What `answer` makes of it."""
        self._called(headers)
        self.runs.append((tool, dict(params)))
        return self.answer(tool, params)

    def _called(self, headers: Mapping[str, str]) -> None:
        self.headers.append(headers)
        if self.error is not None:
            raise self.error


def _stems(tool: ToolInfo) -> set[str]:
    texts = (tool.name, tool.display_name, tool.description, *tool.tags, *tool.examples)
    return {stem(word) for text in texts for word in words_of(tokenize(text))}
