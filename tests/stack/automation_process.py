"""A real automation-service process for tests."""

import os
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
import psutil

from opsconductor.settings import PROJECT_ROOT

_CONFIG = """
state_dir = "{state}"
[automation]
port = {port}
internal_port = {internal}
tools_dir = "{tools}"
"""
SLEEPER = """
name = "sleeper"
display_name = "Sleeper"
description = "Sleeps for a minute."
category = "test"
platform = "linux"
risk = "low"
read_only = true
timeout_seconds = 60
answer = "done"
[transports.local]
kind = "exec"
argv = ["sleep", "60"]
"""
READY_SECONDS = 60


class AutomationProcess:
    """`python -m opsconductor.automation` on ports of its own, with echo and sleeper."""

    def __init__(self, folder: Path, ports: list[int], database_url: str = "") -> None:
        self.folder = folder
        self.url = f"http://127.0.0.1:{ports[0]}"
        self.internal_url = f"http://127.0.0.1:{ports[1]}"
        tools = folder / "tools"
        tools.mkdir(exist_ok=True)
        (tools / "sleeper.toml").write_text(SLEEPER, encoding="utf-8")
        echo = PROJECT_ROOT / "tools" / "echo.toml"
        (tools / "echo.toml").write_text(echo.read_text(encoding="utf-8"), encoding="utf-8")
        text = _CONFIG.format(state=folder / "state", port=ports[0], internal=ports[1], tools=tools)
        (folder / "opsconductor.toml").write_text(text, encoding="utf-8")
        self._environment = {
            **os.environ,
            "OPSCONDUCTOR_CONFIG": str(folder / "opsconductor.toml"),
            **({"DATABASE_URL": database_url} if database_url else {}),
        }
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def child(self) -> subprocess.Popen[bytes]:
        """The process."""
        assert self._child is not None
        return self._child

    @property
    def log(self) -> str:
        """What it logged so far."""
        return (self.folder / "log").read_text(encoding="utf-8")

    def start(self) -> Self:
        """Start it and wait until it answers."""
        with (self.folder / "log").open("ab") as log:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "opsconductor.automation"],
                env=self._environment,
                stderr=log,
                stdout=log,
            )
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline and self._child.poll() is None:
            try:
                if httpx.get(f"{self.url}/health", trust_env=False).is_success:
                    return self
            except httpx.TransportError:
                time.sleep(0.05)
        self._child.kill()
        self._child.wait()
        raise AssertionError(f"automation-service did not start: {self.log}")

    def kill(self) -> None:
        """End it without warning, and what it left running."""
        left = psutil.Process(self.child.pid).children(recursive=True)
        self.child.kill()
        self.child.wait()
        for process in left:
            if process.is_running():
                process.kill()

    def stop(self) -> int:
        """Ask it to end; its exit code."""
        self.child.terminate()
        return self.child.wait(timeout=60)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self.child.poll() is None:
            self.stop()
