"""Every setting, with its type, default and one line of help."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, field_validator

PROJECT_ROOT = Path(__file__).resolve().parents[3]

Port = Annotated[int, Field(ge=1, le=65535)]
Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Folder = Annotated[Path, AfterValidator(Path.expanduser)]
Limit = Annotated[float, Field(allow_inf_nan=False)]


class Section(BaseModel):
    """A table of the settings file: unknown keys are errors, values are frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Automation(Section):
    """automation-service: runs tools and searches for them."""

    port: Port = Field(8010, description="Public port of the tool API.")
    internal_port: Port = Field(3003, description="Internal port; the one that is scraped.")
    database_url: SecretStr = Field(
        SecretStr(""), description="SQLAlchemy URL; empty means SQLite in the state folder."
    )
    tools_dir: Folder = Field(PROJECT_ROOT / "tools", description="Folder of the tool files.")
    exec_timeout_ms: Annotated[int, Field(ge=1)] = Field(
        30_000, description="Most milliseconds that any tool may run."
    )
    max_body_bytes: Annotated[int, Field(ge=1024)] = Field(
        1_048_576, description="Largest request body; a larger one is refused with 413."
    )
    max_concurrent_runs: Annotated[int, Field(ge=1)] = Field(
        32, description="Tool runs at once; a further one is refused with 429."
    )
    tool_label_limit: Annotated[int, Field(ge=1, le=64)] = Field(
        64, description="Tools with a metric label of their own; the rest count as 'other'."
    )
    execution_rows: Annotated[int, Field(ge=1)] = Field(
        100_000, description="Executions kept; the oldest go first."
    )
    execution_retention_days: Annotated[int, Field(ge=1)] = Field(
        30, description="Days that executions, their log lines and audit records are kept."
    )
    git_commit: str = Field("unknown", description="Commit shown in selector_build_info.")
    built_at: str = Field("unknown", description="Build time shown in selector_build_info.")


class Selector(Section):
    """The search for tools, inside automation-service."""

    cache_ttl_seconds: Seconds = Field(600, description="How long an answer stays fresh.")
    cache_max_entries: Annotated[int, Field(ge=1)] = Field(
        1000, description="Answers kept; the least recently used goes first."
    )
    degraded_enable: bool = Field(
        default=True, description="Serve the last known answer while the database is down."
    )


class Pipeline(Section):
    """ai-pipeline: turns a sentence into tool runs and an answer."""

    port: Port = Field(8000, description="Port of the pipeline API.")
    request_timeout_seconds: Seconds = Field(
        60, description="Most seconds that one request to automation-service may take."
    )


class Prometheus(Section):
    """The metrics store."""

    port: Port = Field(9090, description="Port of Prometheus.")
    scrape_interval_seconds: Seconds = Field(15, description="Between scrapes of most targets.")
    automation_scrape_interval_seconds: Seconds = Field(
        10, description="Between scrapes of automation-service."
    )
    evaluation_interval_seconds: Seconds = Field(15, description="Global evaluation interval.")
    rule_interval_seconds: Seconds = Field(30, description="Between evaluations of our rules.")
    retention_days: Annotated[int, Field(ge=1)] = Field(15, description="Days of samples kept.")
    drop_unused_metrics: bool = Field(
        default=False,
        description="Keep only series that the contract, a rule or a dashboard reads.",
    )


class Alertmanager(Section):
    """Grouping and delivery of alerts."""

    port: Port = Field(9093, description="Port of Alertmanager.")
    group_wait_seconds: Seconds = Field(10, description="Wait before a group's first message.")
    group_interval_seconds: Seconds = Field(60, description="Wait before a changed group's next.")
    repeat_interval_seconds: Seconds = Field(
        14_400, description="Wait before an unchanged alert is sent again."
    )


class Receivers(Section):
    """Where alerts are delivered. Whatever is empty is delivered to the inbox on loopback."""

    slack_webhook_url: SecretStr = Field(
        SecretStr(""), description="Slack incoming webhook for warnings."
    )
    slack_channel: str = Field("#opsconductor-alerts", description="Slack channel for warnings.")
    pagerduty_routing_key: SecretStr = Field(
        SecretStr(""), description="PagerDuty Events v2 integration key for critical alerts."
    )
    email_to: str = Field("oncall@localhost", description="Address for info alerts.")
    email_from: str = Field("opsconductor@localhost", description="Sender of info alerts.")
    smtp_host: str = Field("", description="Mail server for info alerts, host:port.")
    smtp_username: str = Field("", description="Account on the mail server.")
    smtp_password: SecretStr = Field(SecretStr(""), description="Password of that account.")
    watchdog_url: SecretStr = Field(
        SecretStr(""), description="Dead man's switch: a webhook that expects the Watchdog alert."
    )


class Console(Section):
    """The web console."""

    port: Port = Field(3001, description="Port of the console; 3100 where Grafana owns 3001.")
    username: str = Field("admin", description="Name that logs in.")
    password: SecretStr = Field(SecretStr("opsconductor"), description="Password that logs in.")


class Inbox(Section):
    """The receivers on loopback that show what a person would have been sent."""

    smtp_port: Port = Field(3025, description="SMTP port of the inbox, on loopback only.")


class Canary(Section):
    """The black-box probe of the running path."""

    port: Port = Field(3004, description="Port of the canary's metrics, on loopback only.")
    interval_seconds: Seconds = Field(5, description="Between two rounds of probes.")


class Supervisor(Section):
    """`opsconductor up`."""

    port: Port = Field(3005, description="Port of the supervisor's metrics, on loopback only.")
    restart: bool = Field(default=True, description="Start a process again when it dies or hangs.")


class Demo(Section):
    """Ordinary traffic for a fresh development system."""

    enabled: bool = Field(default=True, description="Send demo traffic; development only.")
    requests_per_second: Seconds = Field(1, description="Sentences and tool runs a second.")


class Alerting(Section):
    """Rules: objectives, thresholds and what counts as an error."""

    count_caller_mistakes: bool = Field(
        default=False, description="Let the caller's mistakes spend the error budget."
    )
    thresholds: dict[str, Limit] = Field(
        default_factory=dict, description="Alert name = limit, in place of the default."
    )
    slo_dir: Folder = Field(
        PROJECT_ROOT / "slo", description="Folder of the objectives, OpenSLO files."
    )
    cluster: str = Field("local", description="External label on everything Prometheus sends.")
    replica: str = Field("0", description="External label that tells replicas apart.")
    runbook_base_url: str = Field(
        "", description="Where runbooks are read; empty means this console."
    )
    time_scale: Annotated[float, Field(ge=1, allow_inf_nan=False)] = Field(
        1, description="Divides every window and hold of the rules; for drills only."
    )


class Logging(Section):
    """The processes' own logs."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least severe level that is written."
    )


class Settings(Section):
    """All settings. Frozen: a change needs a restart of the process that reads it."""

    environment: Literal["development", "production"] = Field(
        "development", description="Production has no demo traffic and no public /metrics."
    )
    host: str = Field("127.0.0.1", description="Address that the services listen on.")
    state_dir: Path = Field(
        Path("~/.local/state/opsconductor"),
        description="Folder of databases, samples, logs and unpacked programs.",
    )
    packages_dir: Path | None = Field(
        None, description="Folder of unpacked Debian packages; empty means in the state folder."
    )
    automation: Automation = Automation()
    selector: Selector = Selector()
    pipeline: Pipeline = Pipeline()
    prometheus: Prometheus = Prometheus()
    alertmanager: Alertmanager = Alertmanager()
    receivers: Receivers = Receivers()
    console: Console = Console()
    inbox: Inbox = Inbox()
    canary: Canary = Canary()
    supervisor: Supervisor = Supervisor()
    demo: Demo = Demo()
    alerting: Alerting = Alerting()
    logging: Logging = Logging()

    @field_validator("packages_dir", mode="before")
    @classmethod
    def _empty_is_absent(cls, value: object) -> object:
        return value or None

    @property
    def state(self) -> Path:
        """The state folder as an absolute path."""
        return self.state_dir.expanduser().absolute()

    @property
    def packages(self) -> Path:
        """The folder of unpacked Debian packages as an absolute path."""
        chosen = self.packages_dir or self.state / "packages"
        return chosen.expanduser().absolute()

    @property
    def database_url(self) -> str:
        """The SQLAlchemy URL of the executions and the catalogue."""
        chosen = self.automation.database_url.get_secret_value()
        return chosen or f"sqlite:///{self.state / 'automation.sqlite3'}"

    def url(self, port: int) -> str:
        """The address at which a process that listens on `host` answers on this machine."""
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104  compared, not bound
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    @staticmethod
    def loopback_url(port: int) -> str:
        """The address of what listens on loopback whatever `host` says, such as Prometheus."""
        return f"http://127.0.0.1:{port}"


def sections() -> dict[str, type[Section]]:
    """The tables of the settings file, by name."""
    return {
        name: info.annotation
        for name, info in Settings.model_fields.items()
        if isinstance(info.annotation, type) and issubclass(info.annotation, Section)
    }
