"""Answers with what it was told: proves the path without touching anything."""

from collections.abc import Mapping

from opsconductor.automation.outcome import Findings, Scalar


async def echo(arguments: Mapping[str, Scalar]) -> Findings:
    """The text itself; "ping" is answered with "pong"."""
    text = str(arguments["text"])
    output = "pong" if text == "ping" else text
    return Findings({"text": output}, output=output)
