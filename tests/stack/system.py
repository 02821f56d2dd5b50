"""A whole system: `opsconductor up` on free ports in a folder of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import httpx
import psutil

from opsconductor.settings import CONFIG_VARIABLE, Settings, load

READY_SECONDS = 90
STOP_SECONDS = 60

_T = TypeVar("_T")

Sections = Mapping[str, Mapping[str, Any]]

QUICK: Sections = {
    "prometheus": {
        "scrape_interval_seconds": 0.5,
        "automation_scrape_interval_seconds": 0.5,
        "evaluation_interval_seconds": 0.5,
        "rule_interval_seconds": 0.5,
    },
    "alertmanager": {"group_wait_seconds": 0.1, "group_interval_seconds": 1},
    "canary": {"interval_seconds": 1},
    "demo": {"enabled": False},
}
"""Settings of a system that reacts within seconds."""

PORTS = (
    ("automation", "port"),
    ("automation", "internal_port"),
    ("pipeline", "port"),
    ("prometheus", "port"),
    ("alertmanager", "port"),
    ("console", "port"),
    ("inbox", "smtp_port"),
    ("canary", "port"),
    ("supervisor", "port"),
)


class System:
    """One installation. `up` and `down` may be called several times; the data stays."""

    def __init__(self, folder: Path, ports: list[int], sections: Sections, packages: Path) -> None:
        self.folder = folder
        merged: dict[str, dict[str, Any]] = {name: dict(table) for name, table in QUICK.items()}
        for (section, key), port in zip(PORTS, ports, strict=True):
            merged.setdefault(section, {})[key] = port
        for name, table in sections.items():
            merged.setdefault(name, {}).update(table)
        config = folder / "opsconductor.toml"
        top = {"state_dir": str(folder / "state"), "packages_dir": str(packages)}
        config.write_text(_toml(top, merged), encoding="utf-8")
        cleared = {name: v for name, v in os.environ.items() if not name.startswith("OPSCONDUCTOR")}
        self.environment = {**cleared, CONFIG_VARIABLE: str(config)}
        self.settings: Settings = load(self.environment)
        self.output = folder / "up.log"
        self._up: subprocess.Popen[bytes] | None = None

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Begin `opsconductor up`, without waiting for anything."""
        with self.output.open("ab") as output:
            self._up = subprocess.Popen(
                (sys.executable, "-m", "opsconductor.cli", "up", "--plain", *arguments),
                env=self.environment, stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip
        return self._up

    def up(self, *arguments: str) -> None:
        """Start, and wait until everything is ready."""
        up = self.start(*arguments)
        seen = self.output.read_text().count("ready in ")
        deadline = time.monotonic() + READY_SECONDS
        while self.output.read_text().count("ready in ") == seen:
            assert up.poll() is None, self.output.read_text()
            assert time.monotonic() < deadline, self.output.read_text()
            time.sleep(0.05)

    def down(self, number: int = signal.SIGINT) -> int:
        """Stop as Ctrl-C does; returns the exit code. Fails if a process outlives it."""
        if self._up is None:
            return 0
        members = self.family()
        self._up.send_signal(number)
        code = self._up.wait(STOP_SECONDS)
        self._up = None
        left = [member for member in members if member.is_running()]
        assert not left, f"left running: {left}"
        return code

    def kill_supervisor(self) -> None:
        """Send kill -9 to `opsconductor up` itself."""
        assert self._up is not None
        self._up.kill()
        self._up.wait()
        self._up = None

    def family(self) -> list[psutil.Process]:
        """The supervisor's processes and their descendants."""
        if self._up is None or self._up.poll() is not None:
            return []
        return psutil.Process(self._up.pid).children(recursive=True)

    def processes(self) -> dict[str, dict[str, Any]]:
        """The supervisor's view, by name."""
        rows = httpx.get(
            f"http://127.0.0.1:{self.settings.supervisor.port}/processes", trust_env=False
        ).json()["processes"]
        return {row["name"]: row for row in rows}

    def pid(self, name: str) -> int:
        """The pid of a process."""
        pid = self.processes()[name]["pid"]
        assert isinstance(pid, int), f"{name} does not run"
        return pid

    def kill(self, name: str, number: int = signal.SIGKILL) -> int:
        """Send a signal to a process; returns the pid that it had."""
        pid = self.pid(name)
        os.kill(pid, number)
        return pid

    def cli(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run another command of `opsconductor` with this system's settings."""
        return subprocess.run(
            (sys.executable, "-m", "opsconductor.cli", *arguments),
            env=self.environment, capture_output=True, text=True, check=False, timeout=180,
        )  # fmt: skip

    def url(self, section: str, path: str = "") -> str:
        """An address on one of the system's ports; `section` is the table of its setting."""
        return f"{self.settings.url(getattr(self.settings, section).port)}{path}"

    def inbox(self, receiver: str) -> list[dict[str, Any]]:
        """What the receiver was sent, newest first."""
        console = self.settings.console
        answer = httpx.get(
            self.url("console", "/api/inbox"),
            params={"receiver": receiver, "limit": 200},
            auth=(console.username, console.password.get_secret_value()),
            trust_env=False,
        )
        messages: list[dict[str, Any]] = answer.raise_for_status().json()["messages"]
        return messages

    def alerts(self) -> dict[str, str]:
        """The alerts that Prometheus holds active, each with its state."""
        body = httpx.get(self.url("prometheus", "/api/v1/alerts"), trust_env=False).json()
        return {alert["labels"]["alertname"]: alert["state"] for alert in body["data"]["alerts"]}


def eventually(look: Callable[[], _T | None], seconds: float, what: str) -> _T:
    """The first true thing that `look` returns; a test that waits in vain fails, saying `what`."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            if found := look():
                return found
        except httpx.TransportError as error:
            # A service that is being restarted does not answer; that is what is waited for.
            found_error: object = error
        else:
            found_error = "nothing"
        assert time.monotonic() < deadline, f"not within {seconds} s: {what} ({found_error})"
        time.sleep(0.1)


def _toml(top: Mapping[str, Any], sections: Sections) -> str:
    lines = [f"{name} = {json.dumps(value)}" for name, value in top.items()]
    for section, table in sections.items():
        lines.append(f"[{section}]")
        lines.extend(f"{name} = {json.dumps(value)}" for name, value in table.items())
    return "\n".join(lines)
