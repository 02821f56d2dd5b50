"""The one list of the system's processes, as data.

The supervisor starts from it, the command line shows it, and it can be exported to other ways of
running the system. Nothing here starts anything.
"""

import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from opsconductor.contract import AUTOMATION, PIPELINE
from opsconductor.settings import CONFIG_VARIABLE, Settings
from opsconductor.stack.programs import Program, Programs

PROMETHEUS, ALERTMANAGER, CONSOLE = "prometheus", "alertmanager", "console"
CANARY, DEMO, SUPERVISOR = "canary", "demo", "supervisor"

RESEND_DELAY = "4s"
"""How soon Prometheus repeats an alert. An alert raised before Alertmanager is discovered, or
during a partition, is dropped and comes with the repetition; the default of 1 minute would be the
delay. Far lower, an alert's end would pass under load and resolve it falsely."""
MAINTENANCE_INTERVAL = "1s"
"""How often Alertmanager saves silences and its notification log: a kill loses at most this."""
PYTHON_ENVIRONMENT: Mapping[str, str] = {
    "PYTHONUNBUFFERED": "1",
    # One arena per thread would keep tens of megabytes of freed memory in each process.
    "MALLOC_ARENA_MAX": "2",
}


@dataclass(frozen=True, slots=True)
class Port:
    """A port that the process listens on; `setting` is the setting that changes it."""

    number: int
    setting: str
    host: str = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessSpec:
    """One process.

    `health` is a path below the first port that answers 200 while the process is well, or None
    where it answers nothing: then it is well while it runs. `depends_on` names the processes that
    must be ready before it starts. `state` are the folders and files that it keeps its data in.
    """

    name: str
    command: tuple[str, ...]
    ports: tuple[Port, ...] = ()
    health: str | None = None
    depends_on: tuple[str, ...] = ()
    state: tuple[Path, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    restart: bool = True
    page: str | None = None

    @property
    def health_url(self) -> str | None:
        """Where the process says that it is well."""
        if self.health is None:
            return None
        return f"http://{reachable(self.ports[0].host)}:{self.ports[0].number}{self.health}"


def reachable(host: str) -> str:
    """The address at which a listener on `host` answers from this machine."""
    if host in {"0.0.0.0", "::"}:  # noqa: S104  compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def processes(
    settings: Settings, programs: Programs, config: Path | None = None
) -> tuple[ProcessSpec, ...]:
    """Every process of the system; `config` is the settings file that the services read."""
    found = [
        _automation(settings, config),
        _pipeline(settings, config),
        _console(settings, config),
        _alertmanager(settings, programs.alertmanager),
        _prometheus(settings, programs.prometheus),
        _canary(settings, config),
    ]
    if settings.demo.enabled and settings.environment == "development":
        found.append(_demo(settings, config))
    return tuple(found)


def without_restart(
    specs: Sequence[ProcessSpec], names: Collection[str]
) -> tuple[ProcessSpec, ...]:
    """The list with the named processes left dead when they die. Raises `ValueError`."""
    unknown = sorted(set(names) - {spec.name for spec in specs})
    if unknown:
        known = ", ".join(spec.name for spec in specs)
        raise ValueError(f"no process is called {', '.join(unknown)}; there are {known}")
    return tuple(replace(spec, restart=spec.restart and spec.name not in names) for spec in specs)


def supervisor_port(settings: Settings) -> Port:
    """Where the supervisor itself exposes its metrics."""
    return Port(settings.supervisor.port, "supervisor.port")


def config_folder(settings: Settings) -> Path:
    """Where the documents rendered from the user's settings lie."""
    return settings.state / "config"


def _automation(settings: Settings, config: Path | None) -> ProcessSpec:
    return ProcessSpec(
        name=AUTOMATION,
        command=_module("automation"),
        ports=(
            Port(settings.automation.port, "automation.port", settings.host),
            Port(settings.automation.internal_port, "automation.internal_port", settings.host),
        ),
        health="/health",
        state=(settings.state / "automation.sqlite3",),
        environment=_environment(config),
        restart=settings.supervisor.restart,
    )


def _pipeline(settings: Settings, config: Path | None) -> ProcessSpec:
    return ProcessSpec(
        name=PIPELINE,
        command=_module("pipeline"),
        ports=(Port(settings.pipeline.port, "pipeline.port", settings.host),),
        health="/pipeline/health",
        environment=_environment(config),
        restart=settings.supervisor.restart,
    )


def _console(settings: Settings, config: Path | None) -> ProcessSpec:
    return ProcessSpec(
        name=CONSOLE,
        command=_module("console"),
        ports=(
            Port(settings.console.port, "console.port", settings.host),
            Port(settings.inbox.smtp_port, "inbox.smtp_port"),
        ),
        health="/health",
        state=(settings.state / "inbox.sqlite3",),
        environment=_environment(config),
        restart=settings.supervisor.restart,
        page="/",
    )


def _canary(settings: Settings, config: Path | None) -> ProcessSpec:
    return ProcessSpec(
        name=CANARY,
        command=_module("canary"),
        ports=(Port(settings.canary.port, "canary.port"),),
        health="/health",
        depends_on=(AUTOMATION, PIPELINE),
        environment=_environment(config),
        restart=settings.supervisor.restart,
    )


def _demo(settings: Settings, config: Path | None) -> ProcessSpec:
    return ProcessSpec(
        name=DEMO,
        command=_module("demo"),
        depends_on=(AUTOMATION, PIPELINE),
        environment=_environment(config),
        restart=settings.supervisor.restart,
    )


def _prometheus(settings: Settings, program: Program) -> ProcessSpec:
    port, data = settings.prometheus.port, settings.state / "prometheus"
    flags = [
        f"--config.file={config_folder(settings) / 'prometheus/prometheus.yml'}",
        f"--storage.tsdb.path={data}",
        f"--storage.tsdb.retention.time={settings.prometheus.retention_days}d",
        f"--web.listen-address=127.0.0.1:{port}",
        "--web.enable-lifecycle",
        "--enable-feature=exemplar-storage",
        f"--rules.alert.resend-delay={RESEND_DELAY}",
    ]
    if program.root is not None and "--web.local-assets" in program.flags:
        # Debian's build reads its pages from files; upstream's carries them.
        flags.append(f"--web.local-assets={program.root / 'usr/share/prometheus/web'}/")
    return ProcessSpec(
        name=PROMETHEUS,
        command=(*program.command, *flags),
        ports=(Port(port, "prometheus.port"),),
        health="/-/ready",
        # Its targets first: what was never scraped looks absent, and would raise alerts.
        depends_on=(ALERTMANAGER, AUTOMATION, PIPELINE),
        state=(data,),
        restart=settings.supervisor.restart,
        page="/classic/graph" if "--web.local-assets" in program.flags else "/",
    )


def _alertmanager(settings: Settings, program: Program) -> ProcessSpec:
    port, data = settings.alertmanager.port, settings.state / "alertmanager"
    flags = [
        f"--config.file={config_folder(settings) / 'alertmanager/alertmanager.yml'}",
        f"--storage.path={data}",
        f"--web.listen-address=127.0.0.1:{port}",
        f"--web.external-url=http://127.0.0.1:{port}/",
        "--cluster.listen-address=",
    ]
    if "--data.maintenance-interval" in program.flags:
        flags.append(f"--data.maintenance-interval={MAINTENANCE_INTERVAL}")
    return ProcessSpec(
        name=ALERTMANAGER,
        command=(*program.command, *flags),
        ports=(Port(port, "alertmanager.port"),),
        health="/-/ready",
        # The inbox, which receives what has no credentials, is the console's.
        depends_on=(CONSOLE,),
        state=(data,),
        restart=settings.supervisor.restart,
    )


def _module(room: str) -> tuple[str, ...]:
    return (sys.executable, "-m", f"opsconductor.{room}")


def _environment(config: Path | None) -> Mapping[str, str]:
    return {**PYTHON_ENVIRONMENT, **({CONFIG_VARIABLE: str(config)} if config else {})}
