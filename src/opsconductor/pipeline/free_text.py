"""The free text that a sentence gives to a tool, such as what to echo."""

from opsconductor.client.automation_answers import ToolInfo
from opsconductor.pipeline.entities import Kind
from opsconductor.pipeline.tokens import Token, tokenize
from opsconductor.pipeline.understanding import Intent
from opsconductor.pipeline.wording import STOP_WORDS

_LEAD_INS = (
    ("after", "me"),
    ("back", "to", "me"),
    ("back",),
    ("to", "me"),
    ("the", "words"),
    ("the", "word"),
    ("the", "text"),
    ("the", "message"),
    ("the", "following"),
)
"""What may stand between the command and the text."""


def text_for(card: ToolInfo, intent: Intent) -> str:
    """The quoted text, or else what follows the tool's command; empty where there is neither."""
    quoted = intent.entities.of(Kind.QUOTED)
    if quoted:
        return str(quoted[0].value)
    tokens = tokenize(intent.text)
    start = _command(card, tokens)
    if start is None:
        return ""
    start = _after_lead_in(tokens, start + 1)
    # From the command on, not from the next word: brackets and marks are part of the text.
    return intent.text[tokens[start - 1].end :].lstrip(":,").strip()


def _command(card: ToolInfo, tokens: tuple[Token, ...]) -> int | None:
    """Where the command stands: a word of the tool's name, or one that begins an example."""
    names = set(card.name.split("_"))
    openings = {
        word
        for example in card.examples
        for word in [token.lower for token in tokenize(example)][:1]
        if word not in STOP_WORDS
    }
    for commands in (names, openings):
        for index, token in enumerate(tokens):
            if token.lower in commands:
                return index
    return None


def _after_lead_in(tokens: tuple[Token, ...], start: int) -> int:
    words = tuple(token.lower for token in tokens[start:])
    for lead_in in _LEAD_INS:
        if words[: len(lead_in)] == lead_in and len(words) > len(lead_in):
            return start + len(lead_in)
    return start
