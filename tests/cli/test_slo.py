"""`opsconductor slo`: exit codes, what is written, and what is said."""

import json
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
import yaml

from opsconductor.cli import main
from opsconductor.cli.errors import ExitCode
from opsconductor.monitoring.lint.slos.example import TEXT
from opsconductor.settings import PROJECT_ROOT

Run = Callable[..., int]
Output = pytest.CaptureFixture[str]
OURS = [
    "slo-execution-latency",
    "slo-execution-success",
    "slo-pipeline-success",
    "slo-selector-availability",
    "slo-selector-latency",
]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `opsconductor` with arguments; returns the exit code."""

    def command(*arguments: str | Path) -> int:
        monkeypatch.setattr(sys, "argv", ["opsconductor", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        code = ended.value.code
        assert isinstance(code, int)
        return code

    return command


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A file with an SLO that compiles."""
    path = tmp_path / "good.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_without_a_file_our_own_objectives_are_compiled(run: Run, capsys: Output) -> None:
    """The five of them, each a group, as the committed rules have them."""
    assert run("slo", "compile") == ExitCode.OK
    groups = yaml.safe_load(capsys.readouterr().out)["groups"]
    assert [group["name"] for group in groups] == OURS
    generated = PROJECT_ROOT / "generated/prometheus/rules.yml"
    committed = {g["name"]: g for g in yaml.safe_load(generated.read_text())["groups"]}
    for group in groups:
        assert group["rules"] == committed[group["name"]]["rules"][: len(group["rules"])]


def test_a_broken_slo_is_told_and_the_good_ones_are_written(
    run: Run, capsys: Output, good: Path, tmp_path: Path
) -> None:
    """Exit 1, the reason with file and line on standard error, the rules in the file."""
    broken, output = tmp_path / "broken.yaml", tmp_path / "rules.yml"
    text = TEXT.replace("pipeline-answers", "other").replace("0.99", "2")
    broken.write_text(text, encoding="utf-8")
    assert run("slo", "compile", good, broken, "-o", output) == ExitCode.FAILED
    shown = capsys.readouterr()
    assert shown.out == ""
    assert f"{broken}:14: SLO other: target 2 is not between 0 and 1" in shown.err
    groups = yaml.safe_load(output.read_text(encoding="utf-8"))["groups"]
    assert [group["name"] for group in groups] == ["slo-pipeline-answers"]


def test_a_file_without_an_slo_is_not_well(run: Run, capsys: Output, tmp_path: Path) -> None:
    """An empty rule file would look like success."""
    path = tmp_path / "service.yaml"
    path.write_text("apiVersion: openslo/v1\nkind: Service\nmetadata: {name: shop}\n")
    assert run("slo", "compile", path) == ExitCode.FAILED
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "there is no SLO" in shown.err


def test_retention_is_held_against_the_period(run: Run, capsys: Output, good: Path) -> None:
    """Seven days do not fit into three; the option says how long samples are kept."""
    assert run("slo", "compile", good, "--retention", "3d") == ExitCode.FAILED
    assert "longer than samples are kept (3d)" in capsys.readouterr().err
    assert run("slo", "compile", good, "--retention", "7d") == ExitCode.OK


def test_a_stranger_is_told_that_their_retention_may_be_another(
    run: Run, capsys: Output, tmp_path: Path
) -> None:
    """A month does not fit into the retention that is assumed: the option is named."""
    month = tmp_path / "month.yaml"
    month.write_text(TEXT.replace("duration: 7d", "duration: 30d"), encoding="utf-8")
    assert run("slo", "compile", month) == ExitCode.FAILED
    assert "say --retention 30d" in capsys.readouterr().err
    assert run("slo", "compile", month, "--retention", "31d") == ExitCode.OK
    assert "--retention" not in capsys.readouterr().err


def test_kubernetes_and_options_reach_the_rules(run: Run, capsys: Output, good: Path) -> None:
    """A PrometheusRule with the interval and the pages that were asked for."""
    options = ("--format", "prometheusrule", "--interval", "1m", "--runbooks", "https://wiki/r/")
    assert run("slo", "compile", good, *options) == ExitCode.OK
    document = yaml.safe_load(capsys.readouterr().out)
    assert document["kind"] == "PrometheusRule"
    (group,) = document["spec"]["groups"]
    assert group["interval"] == "1m"
    pages = {r["annotations"]["runbook_url"] for r in group["rules"] if "alert" in r}
    assert "https://wiki/r/SLOBurnRateFast" in pages


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("compile", "{good}", "--retention", "soon"), "'soon' is no duration"),
        (("compile", "{good}", "--interval", "0s"), "a length of 0 holds nothing"),
        (("compile", "/nowhere/slo.yaml"), "/nowhere/slo.yaml: cannot be read"),
        (("report", "--prometheus", "{dead}"), "Is the address of --prometheus right?"),
        (("report", "--prometheus", "localhost:9090"), "Is the address of --prometheus right?"),
        (("compile", "{good}", "-o", "/nowhere/rules.yml"), "cannot be written"),
        (("report", "/nowhere/slo.yaml", "--prometheus", "{dead}"), "cannot be"),
    ],
)
def test_wrong_use_is_explained(
    run: Run,
    capsys: Output,
    good: Path,
    free_ports: Callable[[int], list[int]],
    arguments: tuple[str, ...],
    says: str,
) -> None:
    """One sentence on standard error and an exit code that is not 0."""
    dead = f"http://127.0.0.1:{free_ports(1)[0]}"
    given = [one.format(good=good, dead=dead) for one in arguments]
    assert run("slo", *given) in {ExitCode.USAGE, ExitCode.NOT_RUNNING}
    assert says in " ".join(capsys.readouterr().err.replace("│", " ").split())


@pytest.fixture
def prometheus() -> Iterator[tuple[str, dict[str, Any]]]:
    """A Prometheus that gives fixed answers: its address, and the answers by query."""
    values: dict[str, Any] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
            result = [
                {"metric": labels, "value": [0, str(value)]}
                for labels, value in values.get(form["query"][0], ())
            ]
            data = {"resultType": "vector", "result": result}
            status = values.get("status", 200)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps({"status": "success", "data": data}).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", values
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def recorded(values: dict[str, Any], labels: Mapping[str, str]) -> None:
    """A month of orders of which twelve hours were seen."""
    values |= {
        "slo:objective:ratio": [(labels, 0.99)],
        "slo:period:seconds": [(labels, 2_592_000)],
        "slo:period_covered:seconds": [(labels, 43_200)],
        "slo:sli_errors:sum_period": [(labels, 5)],
        "slo:sli_events:sum_period": [(labels, 1000)],
        "slo:error_budget_remaining:ratio": [(labels, 0.5)],
    }


def test_the_report_says_how_much_of_the_period_it_saw(
    run: Run, capsys: Output, prometheus: tuple[str, dict[str, Any]]
) -> None:
    """As a table and as JSON; what is not recorded is null or said, never 100 %."""
    url, values = prometheus
    recorded(values, {"slo": "pipeline-answers", "service": "ai-pipeline"})
    assert run("slo", "report", "--prometheus", url) == ExitCode.OK
    shown = " ".join(capsys.readouterr().out.split())
    assert "99.5 %" in shown
    assert "12 h of 30 d" in shown
    assert run("slo", "report", "--prometheus", url, "--format", "json") == ExitCode.OK
    (one,) = json.loads(capsys.readouterr().out)
    assert (one["slo"], one["achieved"], one["covered"]) == ("pipeline-answers", 0.995, 43_200)
    assert one["budget_left"] == pytest.approx(0.5)


def test_on_a_narrow_terminal_no_name_is_cut(
    run: Run,
    capsys: Output,
    prometheus: tuple[str, dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At 80 columns the SLOs are still told apart: the table gives way to lines."""
    url, values = prometheus
    name = "answers-of-the-pipeline-within-a-second"
    recorded(values, {"slo": name, "service": "ai-pipeline"})
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")
    assert run("slo", "report", "--prometheus", url) == ExitCode.OK
    shown = capsys.readouterr().out
    assert name in shown
    assert "budget left 50 %, 5 events" in shown


def test_an_slo_that_is_not_recorded_is_not_well(
    run: Run, capsys: Output, prometheus: tuple[str, dict[str, Any]], good: Path
) -> None:
    """It stands in the report as unknown, and the exit code is 1."""
    url, values = prometheus
    assert run("slo", "report", "--prometheus", url) == ExitCode.FAILED
    assert f"no SLO is recorded at {url}" in " ".join(capsys.readouterr().err.split())
    recorded(values, {"slo": "another", "service": "shop"})
    assert run("slo", "report", good, "--prometheus", url) == ExitCode.FAILED
    assert "not recorded" in capsys.readouterr().out
    assert run("slo", "report", good, "--prometheus", url, "--format", "json") == ExitCode.FAILED
    (one,) = json.loads(capsys.readouterr().out)
    assert (one["slo"], one["achieved"], one["target"]) == ("pipeline-answers", None, None)


def test_a_broken_slo_hides_no_other_from_the_report(
    run: Run, capsys: Output, prometheus: tuple[str, dict[str, Any]], good: Path, tmp_path: Path
) -> None:
    """The broken one is told with its line, the good one is shown, and the exit code is 1."""
    url, values = prometheus
    recorded(values, {"slo": "pipeline-answers", "service": "ai-pipeline"})
    broken = tmp_path / "broken.yaml"
    broken.write_text(TEXT.replace("pipeline-answers", "other").replace("0.99", "x"))
    assert run("slo", "report", good, "--prometheus", url) == ExitCode.OK
    capsys.readouterr()
    assert run("slo", "report", good, broken, "--prometheus", url) == ExitCode.FAILED
    shown = capsys.readouterr()
    assert "99.5 %" in shown.out
    assert f"{broken}:14: SLO other" in shown.err


def test_a_prometheus_that_refuses_is_told(
    run: Run, capsys: Output, prometheus: tuple[str, dict[str, Any]]
) -> None:
    """No empty report, but what it said."""
    url, values = prometheus
    values["status"] = 503
    assert run("slo", "report", "--prometheus", url) == ExitCode.FAILED
    assert "Prometheus answered /api/v1/query with 503" in capsys.readouterr().err
