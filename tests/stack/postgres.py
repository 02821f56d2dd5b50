"""A real PostgreSQL server that a test can take away and bring back."""

import os
import signal
import subprocess
import time
from pathlib import Path

import psycopg
from tests.stack.packages import PostgresPrograms

START_SECONDS = 30


class Postgres:
    """A server over a fresh data folder, on loopback, trusting everybody."""

    def __init__(self, programs: PostgresPrograms, folder: Path, port: int) -> None:
        self._programs = programs
        self._data = folder / "data"
        self._log = folder / "postgres.log"
        self._port = port
        self._server: subprocess.Popen[bytes] | None = None
        self._run(
            "initdb", "-D", str(self._data), "-U", "postgres", "-A", "trust", "--no-sync",
            "-E", "UTF8", "--locale=C",
        )  # fmt: skip

    @property
    def url(self) -> str:
        """The address as SQLAlchemy writes it."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        """Start, and wait until it answers."""
        with self._log.open("ab") as log:
            self._server = subprocess.Popen(
                self._command(
                    "postgres", "-D", str(self._data), "-p", str(self._port),
                    "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
                    "-c", "fsync=off",
                ),
                env=self._environment(), stdout=log, stderr=log,
            )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            assert time.monotonic() < deadline, self._log.read_text()
            assert self._server.poll() is None, self._log.read_text()
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop without waiting for clients; a second stop does nothing."""
        if self._server is not None:
            self._server.send_signal(signal.SIGINT)
            self._server.wait(START_SECONDS)
            self._server = None

    def _answers(self) -> bool:
        try:
            url = self.url.replace("+psycopg", "")
            with psycopg.connect(url, connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def _run(self, *command: str) -> None:
        done = subprocess.run(
            self._command(*command),
            env=self._environment(), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr

    def _command(self, name: str, *arguments: str) -> tuple[str, ...]:
        # It refuses to run as root; in a namespace of its own it is somebody else.
        somebody = ("unshare", "--user", "--map-user=1000", "--map-group=1000")
        prefix = somebody if os.geteuid() == 0 else ()
        return (*prefix, str(self._programs.folder / name), *arguments)

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "TZ": "UTC", **self._programs.environment}
