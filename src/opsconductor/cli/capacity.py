"""`opsconductor capacity`: what storing the metrics needs, planned from measured figures."""

import asyncio
import json
from typing import Annotated, Literal

import psutil
import typer

from opsconductor.monitoring.capacity.error import WorkloadError
from opsconductor.monitoring.durations import seconds_of
from opsconductor.settings import load

Form = Literal["table", "json"]
GIBIBYTE = 2**30


def capacity(  # noqa: PLR0913, PLR0917  one parameter for each option
    services: Annotated[
        int | None, typer.Option(help="Processes of automation-service and ai-pipeline.")
    ] = None,
    tools: Annotated[int | None, typer.Option(help="Tools in the catalogue.")] = None,
    slos: Annotated[int | None, typer.Option(help="Objectives.")] = None,
    retention: Annotated[str, typer.Option(help="How long samples are kept, such as 15d.")] = "",
    scrape_interval: Annotated[
        str, typer.Option(help="Between scrapes of automation-service, such as 10s.")
    ] = "",
    replicas: Annotated[
        int, typer.Option(help="Prometheus servers that each hold everything.")
    ] = 1,
    memory: Annotated[
        float | None, typer.Option(metavar="GIB", help="Memory of the machine, in GiB.")
    ] = None,
    cores: Annotated[int | None, typer.Option(help="Cores of the machine.")] = None,
    live: Annotated[  # noqa: FBT002  a flag
        bool, typer.Option("--live", help="Hold the plan against the running Prometheus.")
    ] = False,
    form: Annotated[Form, typer.Option("--format", help="For people or for programs.")] = "table",
) -> None:
    """Plan series, disk, memory, processor time and when one Prometheus is not enough.

    What is not given is as this system is configured, on this machine. Every figure comes from
    lines through what 'make bench-storage' measured; docs/capacity.md shows them.
    """
    # Imported here, as in every command that needs more than the others.
    from opsconductor.cli.capacity_inputs import catalogued, measurements, promised  # noqa: PLC0415
    from opsconductor.cli.capacity_live import asked  # noqa: PLC0415
    from opsconductor.cli.capacity_table import show, show_live  # noqa: PLC0415
    from opsconductor.monitoring.capacity.limits import growth  # noqa: PLC0415
    from opsconductor.monitoring.capacity.model import model  # noqa: PLC0415
    from opsconductor.monitoring.capacity.plan import plan  # noqa: PLC0415
    from opsconductor.monitoring.capacity.report import document, notes  # noqa: PLC0415
    from opsconductor.monitoring.capacity.workload import workload  # noqa: PLC0415

    settings = load()
    try:
        given = workload(
            settings,
            services=services,
            tools=catalogued(settings) if tools is None else tools,
            slos=promised(settings) if slos is None else slos,
            retention=_seconds(retention, "--retention"),
            interval=_seconds(scrape_interval, "--scrape-interval"),
            replicas=replicas,
            memory=psutil.virtual_memory().total if memory is None else memory * GIBIBYTE,
            processors=(psutil.cpu_count() or 1) if cores is None else cores,
        )
    except WorkloadError as error:
        raise typer.BadParameter(str(error), param_hint=error.option) from None
    measured = measurements()
    found = model(measured)
    planned = plan(given, found)
    limits, told = growth(given, found), notes(planned, found)
    answer, age = asyncio.run(asked(settings, planned, found)) if live else ((), 0)
    if form == "json":
        said = document(planned, limits, told)
        if live:
            said["live"] = [one.document() for one in answer]
        typer.echo(json.dumps(said))
        return
    show(planned, limits, told, measured)
    if live:
        show_live(answer, age)


def _seconds(text: str, option: str) -> float | None:
    if not text:
        return None
    try:
        return seconds_of(text.strip())
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None
