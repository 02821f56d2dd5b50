"""What the pipeline reads off a listed tool."""

from opsconductor.client.automation_answers import ToolInfo, ToolParameter


def text_parameter(tool: ToolInfo) -> ToolParameter | None:
    """The required parameter that takes free text, if there is one."""
    return next((p for p in tool.parameters if p.required and p.format == "text"), None)


def needs_approval(tool: ToolInfo) -> bool:
    """Whether a run changes something and may do harm."""
    return not tool.read_only and tool.risk in {"high", "critical"}


def example_of(tool: ToolInfo) -> str:
    """One sentence that asks for the tool; empty where it has none."""
    return next(iter(tool.examples), "")
