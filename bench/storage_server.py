"""A Prometheus that is measured: started as the system starts it, and looked at from outside."""

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import psutil
import yaml

from bench.free_port import free_port
from opsconductor.proof.remote_write import HEADERS
from opsconductor.stack.ports import foreign_owner
from opsconductor.stack.programs import Program

READY_SECONDS = 180
SETTLE_SECONDS = 300
STOP_SECONDS = 60
POLL_SECONDS = 0.1
HEAD_MILLISECONDS = 3 * 3_600_000
"""A head longer than one and a half blocks of two hours is compacted."""
QUIET_SECONDS = 2.0
"""No compaction for so long after the last: there is nothing left to compact."""


class Server:
    """A running Prometheus over the folder `data`."""

    def __init__(self, process: subprocess.Popen[bytes], url: str, data: Path) -> None:
        self.data = data
        self._process = psutil.Process(process.pid)
        self._http = httpx.Client(base_url=url, timeout=600, trust_env=False)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def metrics_page(self) -> str:
        """The text of its own metrics page."""
        return self._http.get("/metrics").raise_for_status().text

    def metrics(self) -> dict[str, float]:
        """Its own metrics page: name to the sum over the labels."""
        found: dict[str, float] = {}
        for series, value in series_of(self.metrics_page()):
            name = series.partition("{")[0]
            found[name] = found.get(name, 0) + value
        return found

    def collect_garbage(self) -> None:
        """Collect what the start left behind, twice, for pools let go of it at the second time."""
        for _ in range(2):
            self._http.get("/debug/pprof/heap", params={"gc": 1}).raise_for_status()

    def write(self, body: bytes) -> None:
        """Store a remote-write request."""
        self._http.post("/api/v1/write", content=body, headers=HEADERS).raise_for_status()

    def query(self, expression: str, at: float) -> list[Any]:
        """The result of an instant query."""
        form = {"query": expression, "time": f"{at:.3f}"}
        return self._result("/api/v1/query", form)

    def query_range(self, expression: str, end: float, length: float, step: float) -> list[Any]:
        """The result of a range query over `length` seconds."""
        form = {"query": expression, "start": end - length, "end": end, "step": step}
        return self._result("/api/v1/query_range", form)

    def snapshot(self) -> None:
        """Write the head as a block, as a compaction does, below the data folder."""
        self._http.post("/api/v1/admin/tsdb/snapshot").raise_for_status()

    def reload(self) -> None:
        """Read the configuration again."""
        self._http.post("/-/reload").raise_for_status()

    def settle_head(self) -> None:
        """Wait until what is due of the head has become a block."""

        def short() -> bool:
            found = self.metrics()
            span = found["prometheus_tsdb_head_max_time"] - found["prometheus_tsdb_head_min_time"]
            return span <= HEAD_MILLISECONDS

        _await(short, "the head to be compacted")

    def settle(self) -> None:
        """Wait until the head is short and nothing is compacted any more."""
        self.settle_head()
        done, since = -1.0, time.monotonic()

        def quiet() -> bool:
            nonlocal done, since
            now = self.metrics()["prometheus_tsdb_compactions_total"]
            partial = any(self.data.glob("*.tmp-for-creation"))
            if now != done or partial:
                done, since = now, time.monotonic()
            return time.monotonic() - since > QUIET_SECONDS

        _await(quiet, "the compactions to end")

    def cpu_seconds(self) -> float:
        """Processor seconds of all its threads, to the nanosecond: a tick is too coarse here."""
        total = 0
        for path in Path(f"/proc/{self._process.pid}/task").iterdir():
            with suppress(FileNotFoundError):
                total += int((path / "schedstat").read_text(encoding="ascii").split()[0])
        return total / 1e9

    def resident_bytes(self) -> int:
        """Its resident memory, pages of mapped files included."""
        return int(self._process.memory_info().rss)

    def peak_bytes(self) -> int:
        """The most that was resident since `forget_peak`."""
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024

    def forget_peak(self) -> None:
        """Begin to look for the peak anew."""
        Path(f"/proc/{self._process.pid}/clear_refs").write_text("5", encoding="ascii")

    def size(self, *parts: str) -> int:
        """Bytes of folders of the data folder."""
        return sum(folder_bytes(self.data / part) for part in parts)

    def _result(self, path: str, form: Mapping[str, Any]) -> list[Any]:
        answer = self._http.post(path, data=dict(form)).raise_for_status().json()
        result: list[Any] = answer["data"]["result"]
        return result


@contextmanager
def running(
    program: Program, folder: Path, config: Mapping[str, Any], *flags: str
) -> Iterator[Server]:
    """Run Prometheus with the data in `folder`/data; the configuration is written there as well."""
    write_config(folder, config)
    port = free_port()
    guard = shutil.which("setpriv")
    command = (
        *((guard, "--pdeathsig", "KILL") if guard else ()),
        *program.command,
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--web.enable-lifecycle",
        "--web.enable-admin-api",
        "--enable-feature=exemplar-storage",
        "--log.level=warn",
        # A busy machine may take long; what it takes of the processor is what counts.
        "--query.timeout=30m",
        *flags,
    )
    with (folder / "prometheus.log").open("ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    try:
        url = f"http://127.0.0.1:{port}"
        _await(lambda: _ready(process, url, folder), "Prometheus to be ready")
        if wrong := foreign_owner(process.pid, [port]):
            raise RuntimeError(wrong)
        server = Server(process, url, folder / "data")
        try:
            yield server
        finally:
            server.close()
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def series_of(page: str) -> list[tuple[str, float]]:
    """Each series of a metrics page with its value."""
    lines = [line.rpartition(" ") for line in page.splitlines() if not line.startswith("#")]
    return [(series, float(value)) for series, _, value in lines]


def write_config(folder: Path, config: Mapping[str, Any]) -> None:
    """Write the configuration that `running` starts with and `Server.reload` reads."""
    (folder / "prometheus.yml").write_text(yaml.safe_dump(dict(config)), encoding="utf-8")


def folder_bytes(folder: Path) -> int:
    """Bytes of the files below a folder; what vanishes meanwhile does not count."""
    total = 0
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):
            total += path.stat().st_size if path.is_file() else 0
    return total


def _ready(process: subprocess.Popen[bytes], url: str, folder: Path) -> bool:
    if process.poll() is not None:
        said = (folder / "prometheus.log").read_text(encoding="utf-8", errors="replace")[-2000:]
        raise RuntimeError(f"Prometheus ended with exit code {process.returncode}:\n{said}")
    with suppress(httpx.HTTPError):
        return httpx.get(f"{url}/-/ready", trust_env=False).is_success
    return False


def _await(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + SETTLE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(f"waited in vain for {what}")
        time.sleep(POLL_SECONDS)
