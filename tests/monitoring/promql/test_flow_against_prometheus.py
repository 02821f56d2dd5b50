"""Label flow is held against what a real Prometheus returns for generated expressions."""

import json
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import FreePorts
from tests.monitoring.promql.grammar import vectors
from tests.monitoring.promql.sample_data import END, lines, schema, vague_schema

from opsconductor.monitoring.promql.flow import Shape, Yield, flow
from opsconductor.monitoring.promql.schema import Schema
from opsconductor.monitoring.promql.syntax import parse
from opsconductor.monitoring.promql.values import admits
from opsconductor.stack.programs import Programs

pytestmark = pytest.mark.stack

EXACT, VAGUE = schema(), vague_schema()
EXPRESSIONS = 2_000
STARTS_WITHIN = 60.0


@dataclass
class Database:
    """A Prometheus over the sample data, and what became of the expressions asked so far."""

    port: int
    outcomes: Counter[str] = field(default_factory=Counter)

    def answer(self, expression: str) -> tuple[int, Any]:
        """The status and the answer of an instant query at the end of the samples."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            path = f"/api/v1/query?{urlencode({'query': expression, 'time': END})}"
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, json.load(response)
        finally:
            connection.close()

    def ready(self) -> bool:
        """Whether it answers queries."""
        try:
            return self.answer("vector(1)")[0] == 200
        except (OSError, ValueError):
            return False


@pytest.fixture(scope="module")
def database(
    programs: Programs, free_ports: FreePorts, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """A Prometheus of its own that serves the sample data and scrapes nothing."""
    folder = tmp_path_factory.mktemp("prometheus")
    _fill(programs, folder)
    (port,) = free_ports(1)
    command = [
        *programs.prometheus.command,
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        "--storage.tsdb.retention.time=100y",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log)
    try:
        found = Database(port)
        deadline = monotonic() + STARTS_WITHIN
        while not found.ready():
            assert process.poll() is None, (folder / "log").read_text(encoding="utf-8")
            assert monotonic() < deadline, "Prometheus did not get ready"
        yield found
    finally:
        process.terminate()
        process.wait(timeout=30)


def _fill(programs: Programs, folder: Path) -> None:
    (folder / "prometheus.yml").write_text("scrape_configs: []\n", encoding="utf-8")
    (folder / "samples.txt").write_text("\n".join(lines()) + "\n", encoding="utf-8")
    subprocess.run(
        [
            *programs.promtool.command,
            *("tsdb", "create-blocks-from", "openmetrics"),
            *(str(folder / "samples.txt"), str(folder / "data")),
        ],
        check=True,
        capture_output=True,
        timeout=60,
    )


def test_what_prometheus_returns_was_foreseen(database: Database) -> None:
    """Every series returned fits a shape, and nothing is returned where nothing was foreseen."""

    @settings(max_examples=EXPRESSIONS, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.integers(1, 3).flatmap(vectors))
    def check(expression: str) -> None:
        status, answer = database.answer(expression)
        tree = parse(expression)
        assert status in {200, 422}, f"{expression}: {answer}"
        if status == 422:
            database.outcomes["refused when it ran"] += 1
            return
        for known in (EXACT, VAGUE):
            outcome = flow(tree, known)[tree]
            _assert_foreseen(expression, answer["data"], outcome, known)
        foreseen = flow(tree, EXACT)[tree]
        found = "something" if answer["data"]["result"] else "nothing"
        database.outcomes["never" if foreseen.never else found] += 1

    check()
    counts = database.outcomes
    assert counts["something"] > EXPRESSIONS / 10, f"few expressions say anything: {counts}"
    assert counts["never"] > EXPRESSIONS / 20, f"too little is foreseen to be empty: {counts}"
    assert counts["never"] > counts["nothing"], f"most empty results are foreseen: {counts}"


def _assert_foreseen(
    expression: str, data: Mapping[str, Any], outcome: Yield, known: Schema
) -> None:
    assert (data["resultType"] == "scalar") == outcome.scalar, expression
    if outcome.scalar:
        return
    for series in data["result"]:
        fits = any(_fits(series["metric"], shape) for shape in outcome.shapes)
        assert fits, f"{expression}\nreturns {series['metric']}\n{known.source}: {outcome.shapes}"


def _fits(labels: Mapping[str, str], shape: Shape) -> bool:
    """Whether a series is of the kind: each label may have the value that it has."""
    return all(admits(shape[name], labels.get(name, "")) for name in {*labels, *shape.labels})
