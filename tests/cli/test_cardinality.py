"""`opsconductor cardinality`: exit codes, and what is said of a Prometheus that answers as told."""

import json
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from opsconductor.cli import main
from opsconductor.cli.capacity_inputs import measurements
from opsconductor.cli.errors import ExitCode
from opsconductor.contract import EXPOSED, names
from opsconductor.monitoring.capacity.model import model
from opsconductor.monitoring.cardinality.growth import Growth, series_ago
from opsconductor.monitoring.cardinality.saving import ALREADY
from opsconductor.monitoring.cardinality.standing import ALL, OURS, TOOLS

Run = Callable[..., int]
Output = pytest.CaptureFixture[str]
Answers = dict[str, Any]
JOB = "automation-service"
HEAD = {
    "headStats": {"numSeries": 1234},
    "seriesCountByMetricName": [{"name": "go_threads", "value": 12}],
    "labelValueCountByLabelName": [{"name": "le", "value": 80}],
}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `opsconductor cardinality` with arguments; returns the exit code."""

    def command(*arguments: str | Path) -> int:
        monkeypatch.setattr(sys, "argv", ["opsconductor", "cardinality", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        code = ended.value.code
        assert isinstance(code, int)
        return code

    return command


@pytest.fixture
def prometheus() -> Iterator[tuple[str, Answers]]:
    """A Prometheus: its address, and what it answers by query or by path."""
    answers: Answers = {"/api/v1/status/tsdb": HEAD, "/api/v1/rules": {"groups": []}}
    answers["/api/v1/targets"] = {"activeTargets": []}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
            result = [
                {"metric": labels, "value": [0, str(value)]}
                for labels, value in answers.get(form["query"][0], ())
            ]
            self._answer({"resultType": "vector", "result": result})

        def do_GET(self) -> None:
            self._answer(answers[urlsplit(self.path).path])

        def _answer(self, data: Any) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"status": "success", "data": data}).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", answers
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def at(name: str, count: int, job: str = JOB) -> tuple[dict[str, str], int]:
    """Series of a name at the one target of a job."""
    return {"__name__": name, "job": job}, count


def there(answers: Answers, *series: tuple[dict[str, str], int]) -> None:
    """Make these series the ones that Prometheus has."""
    answers |= {OURS: series, ALL: series, TOOLS: [({}, 16)]}


def words(text: str) -> str:
    """The text without its columns and line breaks."""
    return " ".join(text.replace("│", " ").split())


def test_families_stand_beside_expectation_and_budget(
    run: Run, capsys: Output, prometheus: tuple[str, Answers]
) -> None:
    """For people as a table, for programs as JSON, and well while nothing is over."""
    url, answers = prometheus
    there(answers, at("ai_requests_total", 34), at("go_threads", 1, "prometheus"))
    assert run("--prometheus", url) == ExitCode.OK
    shown = words(capsys.readouterr().out)
    assert "ai_requests_total 34 198 34" in shown
    assert "1234 series in the head: go_threads 12" in shown
    assert "foreign: prometheus, 1 series: go_* 1" in shown
    assert "1h ago there was no series" in shown
    assert run("--prometheus", url, "--format", "json") == ExitCode.OK
    told = json.loads(capsys.readouterr().out)
    assert told["families"][0] == {
        "job": JOB,
        "family": "ai_requests_total",
        "expected": 34,
        "worst_case": 198,
        "live": 34,
        "other": 0,
        "unknown": 0,
        "over": False,
    }
    assert told["head_series"] == 1234


def test_a_family_over_its_budget_is_not_well(
    run: Run, capsys: Output, prometheus: tuple[str, Answers]
) -> None:
    """Exit 1, with both figures and where to read on."""
    url, answers = prometheus
    there(answers, at("ai_requests_total", 199))
    assert run("--prometheus", url) == ExitCode.FAILED
    said = words(capsys.readouterr().err)
    assert f"ai_requests_total at {JOB} has 199 series, 198 are allowed" in said
    assert "CardinalityOverBudget" in said


def test_what_the_contract_does_not_know_is_named(
    run: Run, capsys: Output, prometheus: tuple[str, Answers]
) -> None:
    """A stranger on a page of ours is named in full, not summed up."""
    url, answers = prometheus
    there(answers, at("ai_requests_total", 1), at("python_gc_objects", 3))
    assert run("--prometheus", url) == ExitCode.OK
    shown = words(capsys.readouterr().out)
    assert f"not in the contract: {JOB}, 3 series: python_gc_objects 3" in shown


def test_what_grew_is_named_with_its_label(
    run: Run, capsys: Output, prometheus: tuple[str, Answers]
) -> None:
    """The name, its series then and now, and the label that has more values."""
    url, answers = prometheus
    there(answers, at("ai_requests_total", 36))
    one = Growth(JOB, "ai_requests_total", 34, 36)
    answers |= {
        series_ago("1d"): [at("ai_requests_total", 34)],
        one.values("status", "1d"): [({}, 2)],
        one.values("status"): [({}, 2)],
        one.values("tool", "1d"): [({}, 17)],
        one.values("tool"): [({}, 18)],
    }
    assert run("--prometheus", url, "--since", "1d") == ExitCode.OK
    assert (
        f"grew since 1d ago: ai_requests_total of {JOB}: from 34 to 36 series; tool from 17 to 18 "
        "values"
    ) in words(capsys.readouterr().out)
    answers[series_ago("1d")] = answers[ALL]
    assert run("--prometheus", url, "--since", "1d") == ExitCode.OK
    assert "nothing has more series than 1d ago" in words(capsys.readouterr().out)


def test_a_stranger_of_a_prometheus_without_ours_is_told_so(
    run: Run, capsys: Output, prometheus: tuple[str, Answers]
) -> None:
    """A table of zeros would look like a broken system."""
    url, answers = prometheus
    there(answers, at("go_threads", 1, "shop"))
    assert run("--prometheus", url, "--since", "0") == ExitCode.OK
    assert "none of our families is there at that Prometheus" in capsys.readouterr().err


RULE = """\
groups:
- name: g
  rules:
  - alert: A
    expr: a_total > 1
"""


def test_what_nobody_reads_is_counted_and_listed(
    run: Run, capsys: Output, prometheus: tuple[str, Answers], tmp_path: Path
) -> None:
    """Loaded rules, given files and the contract read; the rest would be saved."""
    url, answers = prometheus
    there(answers, at("a_total", 5, "shop"), at("b_total", 7, "shop"), at("c", 100, "shop"),
          at("selector_cache_entries", 1))  # fmt: skip
    rule = {"name": "R", "query": "rate(b_total[5m])", "type": "recording", "health": "ok"}
    answers["/api/v1/rules"] = {"groups": [{"name": "g", "interval": 30, "rules": [rule]}]}
    target = {"labels": {"job": "shop"}, "scrapeUrl": "", "lastError": "", "health": "up"}
    answers["/api/v1/targets"] = {"activeTargets": [{**target, "scrapeInterval": "15s"}]}
    answers[ALREADY] = [({"job": "shop"}, 3)]
    rules, folder = tmp_path / "rules.yml", tmp_path / "keep"
    rules.write_text(RULE, encoding="utf-8")
    given = ("--prometheus", url, "--unused", "--rules", rules)
    assert run(*given, "-o", folder, "--format", "json") == ExitCode.OK
    found = {one["job"]: one for one in json.loads(capsys.readouterr().out)}
    assert {key: found["shop"][key] for key in ("scraped", "used", "unused", "dropped")} == {
        "scraped": 115,
        "used": 12,
        "unused": 100,
        "dropped": 3,
    }
    measured = model(measurements()).bytes_a_sample["ordinary"]
    assert found["shop"]["bytes_a_day"] == pytest.approx(100 * 86_400 / 15 * measured)
    assert (found[JOB]["used"], found[JOB]["unused"]) == (1, 0)
    (config,) = yaml.safe_load((folder / "shop.yml").read_text())["metric_relabel_configs"]
    assert config["regex"] == "a_total|b_total"
    assert run(*given) == ExitCode.OK
    saved = f"{100 * 86_400 / 15 * measured / 1000:.1f} kB"
    assert f"shop 115 12 100 3 {saved}" in words(capsys.readouterr().out)


def test_without_dashboards_a_stranger_is_warned(
    run: Run, capsys: Output, prometheus: tuple[str, Answers]
) -> None:
    """Dropping what only a dashboard reads would be found out too late."""
    url, answers = prometheus
    there(answers, at("c", 100, "shop"))
    assert run("--prometheus", url, "--unused") == ExitCode.OK
    assert "what only a dashboard reads counts as unused" in capsys.readouterr().err


def test_our_own_dashboards_and_families_are_always_read(
    run: Run, capsys: Output, prometheus: tuple[str, Answers], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without an address it is our system, of whose families none is ever dropped."""
    url, answers = prometheus
    monkeypatch.setenv("OPSCONDUCTOR_PROMETHEUS_PORT", url.rpartition(":")[2])
    ours = [at(name, 1, job) for job, exposed in EXPOSED.items() for name in names(exposed)]
    there(answers, *ours, at("prometheus_tsdb_head_series", 1, "prometheus"),
          at("go_threads", 1, "prometheus"))  # fmt: skip
    assert run("--unused", "--format", "json") == ExitCode.OK
    found = {one["job"]: one for one in json.loads(capsys.readouterr().out)}
    assert not any(found[job]["unused"] for job in EXPOSED)
    assert (found["prometheus"]["used"], found["prometheus"]["unused"]) == (1, 1)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("--prometheus", "{dead}"), ExitCode.USAGE, "Is the address of --prometheus right?"),
        ((), ExitCode.NOT_RUNNING, "Is the system running?"),
        (("--since", "soon"), ExitCode.USAGE, "'soon' is no duration"),
        (("--rules", "x.yml"), ExitCode.USAGE, "only together with --unused"),
        (("--unused", "--prometheus", "{url}", "--rules", "{bad}"), ExitCode.USAGE, "unclear"),
        (("--unused", "--prometheus", "{url}", "--rules", "/no.yml"), ExitCode.USAGE, "/no.yml"),
    ],
)
def test_wrong_use_is_explained(
    run: Run,
    capsys: Output,
    prometheus: tuple[str, Answers],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    free_ports: Callable[[int], list[int]],
    arguments: tuple[str, ...],
    code: ExitCode,
    says: str,
) -> None:
    """What to do next stands on standard error, and the exit code says whose fault it is."""
    port = free_ports(1)[0]
    monkeypatch.setenv("OPSCONDUCTOR_PROMETHEUS_PORT", str(port))
    bad = tmp_path / "bad.yml"
    bad.write_text(RULE.replace("a_total", "a_total("), encoding="utf-8")
    places = {"dead": f"http://127.0.0.1:{port}", "url": prometheus[0], "bad": bad}
    assert run(*(one.format(**places) for one in arguments)) == code
    assert says in words(capsys.readouterr().err)
