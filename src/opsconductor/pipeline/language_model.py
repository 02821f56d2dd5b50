"""The seam between the pipeline and whatever reads its sentences."""

from typing import Protocol

from opsconductor.pipeline.profiles import Catalogue
from opsconductor.pipeline.understanding import Understanding


class LanguageModel(Protocol):
    """Reads a sentence. The rule-based reader is the default; a model behind a network is another.

    An implementation that calls a model records `gen_ai_*` itself; the rules call none, and so
    those families stay absent.
    """

    async def understand(self, sentence: str, catalogue: Catalogue) -> Understanding:
        """What the sentence asks for, given the tools there are.

        Raises `opsconductor.client.errors.UpstreamError` where the model cannot be asked. A
        sentence that makes no sense is no error: it has intents that match no tool.
        """
        ...
