"""Schemas read from a file and from a real Prometheus."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import anyio
import pytest

from opsconductor.cli.schema_sources import schema_of_page, schema_of_prometheus
from opsconductor.client.errors import UpstreamError
from opsconductor.client.prometheus import PrometheusClient
from opsconductor.monitoring.promql.metrics_stream import MetricsPageError
from opsconductor.stack.programs import Programs

FreePorts = Callable[[int], list[int]]
STARTED = 30.0


@pytest.fixture(scope="module")
def prometheus(
    tmp_path_factory: pytest.TempPathFactory, free_ports: FreePorts, programs: Programs
) -> Iterator[str]:
    """The address of a Prometheus that scrapes itself every second."""
    folder, (port,) = tmp_path_factory.mktemp("prometheus"), free_ports(1)
    (folder / "prometheus.yml").write_text(
        "global: {scrape_interval: 1s}\n"
        "scrape_configs:\n- job_name: itself\n"
        f"  static_configs: [{{targets: ['127.0.0.1:{port}'], labels: {{service: monitoring}}}}]\n",
        encoding="utf-8",
    )
    command = [
        *programs.prometheus.command,
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stderr=log) as process:
        try:
            anyio.run(_scraped, f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


async def _scraped(url: str) -> None:
    """Wait until the first scrape has landed."""
    async with PrometheusClient(url) as client:
        with anyio.fail_after(STARTED):
            while not (await client.ready() and await client.query("go_info")):
                await anyio.lowlevel.checkpoint()


@pytest.mark.stack
def test_a_running_prometheus_tells_kinds_labels_and_intervals(prometheus: str) -> None:
    """What the server really has must be in the schema, and no more is asked than is needed."""
    needed = {"up", "prometheus_http_request_duration_seconds_bucket", "not_there"}
    schema = anyio.run(schema_of_prometheus, prometheus, needed)
    up = schema.metrics["up"]
    assert (up.kind, up.scrape_interval) == ("gauge", 1)
    assert set(up.labels) == {"instance", "job", "service"}
    assert up.labels["service"].known == frozenset({"monitoring"})
    bucket = schema.metrics["prometheus_http_request_duration_seconds_bucket"]
    assert (bucket.kind, bucket.part) == ("histogram", "bucket")
    assert bucket.bounds[-1] == "+Inf"
    assert len(bucket.bounds) > 5
    assert schema.metrics["go_goroutines"].open, "it exists, and was not asked about"
    assert "not_there" not in schema.metrics
    assert schema.complete


@pytest.mark.stack
def test_a_metric_with_many_series_gives_its_label_names(
    prometheus: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large metric must cost one bounded answer, and nothing be claimed of its values."""
    monkeypatch.setattr("opsconductor.cli.schema_sources.MOST_SERIES", 2)
    name = "prometheus_http_request_duration_seconds_bucket"
    metric = anyio.run(schema_of_prometheus, prometheus, {name}).metrics[name]
    assert {"handler", "le"} < set(metric.labels)
    assert all(values.known is None and values.optional for values in metric.labels.values())


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "nonsense", "http://[::1", "ftp://x"])
def test_an_address_where_nobody_answers_is_an_upstream_error(url: str) -> None:
    """Whatever address is given, the answer is a schema or an error that names it."""
    with pytest.raises(UpstreamError) as raised:
        anyio.run(schema_of_prometheus, url, set())
    assert raised.value.reason == "unreachable"
    assert url.split(":", maxsplit=1)[0] in str(raised.value)


def test_a_page_is_read_from_a_file(tmp_path: Path) -> None:
    """The file's name is in the schema's source and in errors."""
    path = tmp_path / "metrics.txt"
    path.write_text("# TYPE a counter\na 1\n", encoding="utf-8")
    assert schema_of_page(path).metrics["a"].kind == "counter"
    path.write_bytes(b"\x1f\x8b\x08")
    with pytest.raises(MetricsPageError, match=r"metrics\.txt:1"):
        schema_of_page(path)
