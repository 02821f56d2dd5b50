"""`opsconductor tool list | show | run`."""

import asyncio
import json
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from opsconductor.cli.answer_table import print_table
from opsconductor.cli.errors import ExitCode
from opsconductor.client.automation import AutomationClient
from opsconductor.client.automation_answers import Run, ToolInfo, ToolParameter
from opsconductor.settings import Settings, load

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Name = Annotated[str, typer.Argument(help="The tool's name.")]

app = typer.Typer(help="List, show and run tools.", no_args_is_help=True)


@app.command("list")
def list_tools(
    platform: Annotated[str | None, typer.Option(help="Only tools for this platform.")] = None,
    category: Annotated[str | None, typer.Option(help="Only tools of this category.")] = None,
    as_json: AsJson = False,  # noqa: FBT002  a flag
) -> None:
    """List the tools of the catalogue."""

    async def ask(settings: Settings) -> list[ToolInfo]:
        async with _client(settings) as automation:
            return await automation.tools(platform=platform, category=category)

    tools = asyncio.run(ask(load()))
    if as_json:
        typer.echo(json.dumps([tool.model_dump(mode="json") for tool in tools]))
        return
    table = Table("tool", "what it does", "platform", "parameters", box=None, pad_edge=False)
    for tool in tools:
        table.add_row(tool.name, tool.description, tool.platform, _signature(tool.parameters))
    Console().print(table)


@app.command("show")
def show(name: Name, as_json: AsJson = False) -> None:  # noqa: FBT002  a flag
    """Show one tool: its parameters, limits and examples."""
    tool = _find(load(), name)
    if as_json:
        typer.echo(tool.model_dump_json())
        return
    console = Console(highlight=False)
    console.print(f"[bold]{tool.name}[/bold]  {tool.display_name}\n{tool.description}\n")
    table = Table("parameter", "type", "default", "what it is", box=None, pad_edge=False)
    for parameter in tool.parameters:
        default = "required" if parameter.required else json.dumps(parameter.default)
        table.add_row(parameter.name, _type(parameter), default, parameter.description)
    console.print(table if tool.parameters else "takes no parameters")
    kind = "reads only" if tool.read_only else "changes things"
    console.print(f"\nrisk {tool.risk}, {kind}, at most {tool.timeout_seconds:g} s")
    for example in tool.examples:
        console.print(f"  e.g. {example}", markup=False)


@app.command("run")
def run(
    name: Name,
    values: Annotated[
        list[str] | None, typer.Argument(metavar="[KEY=VALUE]…", help="Parameters.")
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002  a flag
) -> None:
    """Run one tool; exit 1 when it fails."""
    settings = load()
    given = dict(_pair(value) for value in values or ())
    types = {one.name: one.type for one in _find(settings, name).parameters}
    params = {key: _typed(text, types.get(key, "string")) for key, text in given.items()}

    async def ask() -> Run:
        async with _client(settings) as automation:
            return await automation.execute_tool(name, params)

    answer = asyncio.run(ask())
    typer.echo(answer.model_dump_json() if as_json else _shown(answer))
    if not as_json:
        table = answer.metadata.table
        print_table(table.columns if table else (), table.rows if table else ())
    if not answer.success:
        raise typer.Exit(ExitCode.FAILED)


def _client(settings: Settings) -> AutomationClient:
    return AutomationClient(settings.url(settings.automation.port))


def _find(settings: Settings, name: str) -> ToolInfo:
    async def ask() -> Sequence[ToolInfo]:
        async with _client(settings) as automation:
            return await automation.tools()

    tools = {tool.name: tool for tool in asyncio.run(ask())}
    if name not in tools:
        known = ", ".join(sorted(tools))
        raise typer.BadParameter(f"no tool is called {name}; there are {known}", param_hint="NAME")
    return tools[name]


def _pair(value: str) -> tuple[str, str]:
    key, separator, text = value.partition("=")
    if not separator or not key:
        raise typer.BadParameter(f"{value!r} is not KEY=VALUE", param_hint="KEY=VALUE")
    return key, text


def _typed(text: str, kind: str) -> Any:
    """The value as its type has it; what does not fit is sent as it is, for the service to say."""
    if kind in {"integer", "number", "boolean"}:
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


def _shown(answer: Run) -> str:
    if answer.success:
        return answer.output.rstrip()
    reason = f"{answer.error.code}: {answer.error.message}" if answer.error else "failed"
    return f"{reason}\n{answer.output}".rstrip()


def _signature(parameters: Sequence[ToolParameter]) -> str:
    return " ".join(one.name if one.required else f"[{one.name}]" for one in parameters)


def _type(parameter: ToolParameter) -> str:
    return "|".join(map(str, parameter.enum)) if parameter.enum else parameter.type
