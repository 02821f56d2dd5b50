"""`opsconductor lint` on real files: what it reads, says, changes, and with which exit code."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from opsconductor.cli.app import app
from opsconductor.cli.errors import ExitCode
from opsconductor.monitoring.lint.kinds import BY_ID
from opsconductor.monitoring.lint.slos.example import TEXT
from opsconductor.settings import PROJECT_ROOT
from opsconductor.stack.programs import Programs

GOOD = """\
groups:
- name: a
  rules:
  - record: service:up:sum
    expr: sum by (service) (up)
"""
BAD = GOOD.replace("service:up:sum", "up_sum")
BUCKET = 'sum by (service) (rate(ai_request_duration_seconds_bucket{le="1"}[5m]))'
SPELT = GOOD.replace("service:up:sum", "service:quick:rate5m").replace(
    "sum by (service) (up)", BUCKET
)

Lint = Callable[..., Result]


@pytest.fixture
def lint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lint:
    """Runs the command in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")

    def run(*arguments: str, stdin: str | bytes | None = None) -> Result:
        return CliRunner().invoke(app, ["lint", *arguments], input=stdin)

    return run


def put(name: str, text: str | bytes) -> str:
    """Write a file; its name."""
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return name


def test_rules_about_other_metrics_are_told_what_to_be_held_against(lint: Lint) -> None:
    """A stranger's metrics are not in our contract: the last line says what to do about that."""
    foreign = put("foreign.yml", GOOD.replace("(up)", "(node_load1)"))
    said = " ".join(lint(foreign).output.split())
    assert "1 of the findings are of metrics that the contract does not have." in said
    assert "--prometheus URL" in said
    assert "--any-metric" not in lint("--any-metric", foreign).output


def test_our_own_generated_files_have_no_finding(lint: Lint) -> None:
    """Without files ours are linted, from wherever the command is called, and they are clean."""
    result = lint()
    assert result.exit_code == ExitCode.OK, result.output
    assert "no findings" in result.output
    assert " 0 expressions" not in result.output


def test_the_summary_says_what_was_read(lint: Lint) -> None:
    """Files, rules and expressions are counted."""
    result = lint(put("good.yml", GOOD))
    assert result.exit_code == ExitCode.OK
    assert result.output == (
        "1 file, 1 rule, 1 expression: no findings (held against the contract)\n"
    )


def test_a_finding_shows_place_line_mark_reason_remedy_and_page(lint: Lint) -> None:
    """Everything that a reader needs stands together, within 80 columns."""
    result = lint(put("bad.yml", BAD))
    assert result.exit_code == ExitCode.FAILED
    head, source, mark, *rest = result.output.splitlines()
    assert head == "bad.yml:4:13 warning recording-name (record up_sum)"
    assert source == "    4 |   - record: up_sum"
    assert mark == "      |             ^"
    assert rest[0].strip() == "The name has no colon, so it looks like a scraped metric."
    assert any(line.startswith("    -> ") for line in rest)
    assert "    docs/lint/recording-name.md" in rest
    assert all(len(line) <= 80 for line in result.output.splitlines())


def test_a_mark_stays_under_its_place_in_a_long_line(lint: Lint) -> None:
    """A line that is wider than the terminal is cut around the mark, not wrapped."""
    rule = f"{{record: up_sum, expr: 'sum by (service) (up)', labels: {{note: {'x' * 200}}}}}"
    text = f"groups: [{{name: {'n' * 100}, rules: [{rule}]}}]\n"
    lines = lint(put("bad.yml", text)).output.splitlines()
    column = lines[2].index("^")
    assert lines[1][column:].startswith("up_sum")
    assert len(lines[1]) <= 80


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), ExitCode.FAILED),
        (("--fail-on", "error"), ExitCode.OK),
        (("--fail-on", "note"), ExitCode.FAILED),
        (("--level", "error"), ExitCode.FAILED),
    ],
)
def test_the_exit_code_follows_the_failing_level(
    lint: Lint, arguments: tuple[str, ...], code: ExitCode
) -> None:
    """What is shown and what fails are two questions."""
    result = lint(put("bad.yml", BAD), *arguments)
    assert result.exit_code == code
    assert ("recording-name" in result.output) is ("error" not in arguments[1:] or code == 0)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"groups: []\n", "no rule"),
        (b"a: 1\n", "Neither a rule file"),
        (b"groups: [}\n", "broken:1:"),
        (b"\x1f\x8b\x08\x00", "compressed"),
        (b"\xff\xfe\x00", "UTF-16"),
        (bytes(range(256)), "binary"),
        (b"groups: \x07", "control character"),
        (b"[" * 100_000, "deep"),
        (b'{"panels": [', "broken:1"),
    ],
)
def test_what_cannot_be_linted_is_exit_2_and_does_not_hide_the_rest(
    lint: Lint, data: bytes, words: str
) -> None:
    """Never a traceback, never a success; the findings of the other file are there too."""
    result = lint(put("broken", data), put("bad.yml", BAD))
    assert result.exit_code == ExitCode.USAGE
    assert words in " ".join(result.output.split())
    assert "recording-name" in result.output


def test_a_file_that_does_not_exist_is_exit_2(lint: Lint) -> None:
    """A misspelt name is no empty success."""
    result = lint("nowhere.yml", put("good.yml", GOOD))
    assert result.exit_code == ExitCode.USAGE
    assert "nowhere.yml:1 error unreadable" in result.output


def test_a_device_is_refused(lint: Lint) -> None:
    """Something that never ends is not read."""
    assert lint("/dev/zero").exit_code == ExitCode.USAGE


def test_a_folder_means_its_files_and_names_what_it_skips(lint: Lint) -> None:
    """Other YAML files in a folder are no mistake, but they are not silently taken as linted."""
    put("d/a.yml", GOOD)
    put("d/sub/b.yaml", GOOD.replace("name: a", "name: b"))
    put("d/prometheus.yml", "scrape_configs: []\n")
    put("d/.hidden/c.yml", "nonsense")
    put("d/notes.txt", "nonsense")
    result = lint("d")
    assert result.exit_code == ExitCode.OK, result.output
    assert "skipped d/prometheus.yml: it is a mapping of scrape_configs" in result.output
    assert "2 files, 2 rules" in result.output


@pytest.mark.parametrize("name", ["only/prometheus.yml", "only/notes.txt"])
def test_a_folder_with_nothing_to_lint_is_exit_2(lint: Lint, name: str) -> None:
    """An empty result is never good."""
    put(name, "scrape_configs: []\n")
    assert lint("only").exit_code == ExitCode.USAGE


def test_a_name_given_twice_is_linted_once(lint: Lint) -> None:
    """A shell's globs overlap."""
    name = put("bad.yml", BAD)
    assert lint(name, name).output.count("recording-name (") == 1


def test_standard_input_is_linted(lint: Lint) -> None:
    """`-` is a file like any other."""
    result = lint("-", stdin=BAD)
    assert result.exit_code == ExitCode.FAILED
    assert "-:4:13 warning recording-name" in result.output


def test_a_suppressed_finding_is_named_and_does_not_fail(lint: Lint) -> None:
    """Nobody forgets what is switched off."""
    text = BAD.replace("up_sum\n", "up_sum  # lint: disable=recording-name -- others read it\n")
    result = lint(put("bad.yml", text))
    assert result.exit_code == ExitCode.OK
    assert "suppressed bad.yml:4:13 recording-name: others read it" in result.output
    assert "1 suppressed" in result.output


def test_a_metrics_page_replaces_the_contract(lint: Lint) -> None:
    """Names on the page are known; those of the contract are not."""
    page = put("page.txt", "# TYPE my_total counter\nmy_total 1\n")
    mine = GOOD.replace("service:up:sum", "all:my:rate5m").replace(
        "sum by (service) (up)", "sum(rate(my_total[5m]))"
    )
    assert lint(put("mine.yml", mine)).exit_code == ExitCode.FAILED
    assert lint("mine.yml", "--metrics", page).exit_code == ExitCode.OK
    theirs = put("theirs.yml", SPELT.replace('{le="1"}', ""))
    assert "unknown-metric" in lint(theirs, "--metrics", page).output


@pytest.mark.parametrize("page", ["", "\x00", "not a metric line {", "# only a comment\n"])
def test_a_broken_metrics_page_is_exit_2(lint: Lint, page: str) -> None:
    """The page's name stands in the message."""
    result = lint(put("good.yml", GOOD), "--metrics", put("page.txt", page))
    assert result.exit_code == ExitCode.USAGE
    assert "page.txt" in result.stderr


def test_a_metrics_page_that_is_not_there_is_exit_2(lint: Lint) -> None:
    """The system's own words are passed on."""
    result = lint(put("good.yml", GOOD), "--metrics", "nowhere.txt")
    assert result.exit_code == ExitCode.USAGE
    assert "nowhere.txt" in result.stderr


def test_an_unreachable_prometheus_is_exit_2(
    lint: Lint, free_ports: Callable[[int], list[int]]
) -> None:
    """Without an answer nothing was linted."""
    (port,) = free_ports(1)
    result = lint(put("good.yml", GOOD), "--prometheus", f"http://127.0.0.1:{port}")
    assert result.exit_code == ExitCode.USAGE
    assert "Prometheus" in result.stderr


def test_a_running_prometheus_says_which_metrics_there_are(
    lint: Lint, programs: Programs, tmp_path: Path, free_ports: Callable[[int], list[int]]
) -> None:
    """A fresh server knows its own series after a scrape, and no others."""
    (port,) = free_ports(1)
    config = {
        "global": {"scrape_interval": "1s"},
        "scrape_configs": [
            {"job_name": "self", "static_configs": [{"targets": [f"127.0.0.1:{port}"]}]}
        ],
    }
    put("prometheus.yml", json.dumps(config))
    command = [
        *programs.prometheus.command,
        "--config.file=prometheus.yml",
        f"--storage.tsdb.path={tmp_path / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    url = f"http://127.0.0.1:{port}"
    own = put("own.yml", GOOD.replace("service:up:sum", "job:up:sum").replace("service", "job"))
    other = put("other.yml", SPELT.replace('{le="1"}', ""))
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL) as server:
        try:
            deadline = time.monotonic() + 60
            while (result := lint(own, "--prometheus", url)).exit_code != ExitCode.OK:
                assert time.monotonic() < deadline, result.output
            assert f"Prometheus at {url}" in result.output
            assert "unknown-metric" in lint(other, "--prometheus", url).output
        finally:
            server.terminate()


def test_any_metric_takes_every_name(lint: Lint) -> None:
    """A stranger's rules are linted for what can be told without their metrics."""
    foreign = put("foreign.yml", BAD.replace("(up)", "(some_exporter_metric)"))
    assert "unknown-metric" in lint(foreign).output
    result = lint(foreign, "--any-metric")
    assert "unknown-metric" not in result.output
    assert "recording-name" in result.output


def test_an_openslo_file_is_linted(lint: Lint) -> None:
    """What the compiler would refuse has a line, and a comment can say why it is so."""
    good = TEXT.replace("\n---\n", "\n---\n# another document\n")
    assert lint(put("slo.yaml", good)).exit_code == ExitCode.OK
    bad = good.replace("indicatorRef: pipeline-answers", "indicatorRef: nobody")
    result = lint(put("slo.yaml", bad))
    assert result.exit_code == ExitCode.FAILED
    assert "slo.yaml:8 error slo-unresolved-reference" in result.output
    assert "1 SLO" in result.output
    away = "# lint: disable=slo-unresolved-reference -- comes with the other team's files\n"
    for text in (away + bad, bad.replace("spec:\n", f"spec:\n  {away}", 1)):
        assert lint(put("slo.yaml", text)).exit_code == ExitCode.OK
    behind = bad.replace("# another document\n", away)
    assert "unused-suppression" in lint(put("slo.yaml", behind)).output


def test_two_sources_of_metrics_are_wrong_use(lint: Lint) -> None:
    """One of the two would be ignored."""
    assert lint("--metrics", "a", "--prometheus", "b").exit_code == ExitCode.USAGE
    assert lint("--target-label", "job").exit_code == ExitCode.USAGE


def test_an_alertmanager_configuration_decides_who_is_told(lint: Lint) -> None:
    """An alert of ours reaches nobody in a configuration without integrations."""
    rules = str(PROJECT_ROOT / "generated/prometheus/rules.yml")
    good = str(PROJECT_ROOT / "generated/alertmanager/alertmanager.yml")
    bad = put("am.yml", "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n")
    assert lint(rules, "--alertmanager", good).exit_code == ExitCode.OK
    result = lint(rules, "--alertmanager", bad)
    assert result.exit_code == ExitCode.FAILED
    assert "severity-without-receiver" in result.output
    assert lint(rules, "--alertmanager", put("x.yml", "a: b")).exit_code == ExitCode.USAGE


def test_fix_changes_what_it_says_and_nothing_else(lint: Lint) -> None:
    """Byte order mark and line ends stay; a second run finds nothing to do."""
    before = b"\xef\xbb\xbf" + SPELT.replace("\n", "\r\n").encode() + b"# \xc3\xa9"
    name = put("spelt.yml", before)
    result = lint(name, "--fix")
    assert result.exit_code == ExitCode.OK, result.output
    assert "fixed spelt.yml:5" in result.output
    after = Path(name).read_bytes()
    assert after == before.replace(b'le="1"', b'le="1.0"')
    again = lint(name, "--fix")
    assert "fixed" not in again.output
    assert Path(name).read_bytes() == after


def test_fix_on_standard_input_prints_the_fixed_text(lint: Lint) -> None:
    """What goes in by a pipe comes out by one; what was done is said aside."""
    result = lint("-", "--fix", stdin=SPELT)
    assert result.stdout == SPELT.replace('le="1"', 'le="1.0"')
    assert "fixed -:5" in result.stderr


def test_without_fix_nothing_is_written(lint: Lint) -> None:
    """Lint only reads."""
    name = put("spelt.yml", SPELT)
    assert lint(name).exit_code == ExitCode.FAILED
    assert Path(name).read_text(encoding="utf-8") == SPELT


def test_json_has_its_documented_fields(lint: Lint) -> None:
    """The fields that the page promises, and the same facts as the text."""
    result = lint(put("bad.yml", BAD), "--format", "json")
    assert result.exit_code == ExitCode.FAILED
    document = json.loads(result.stdout)
    assert set(document) == {"version", "against", "summary", "findings", "suppressed", "skipped"}
    (finding,) = document["findings"]
    assert finding.pop("explanation")
    assert finding.pop("remedy")
    assert finding == {
        "id": "recording-name",
        "level": "warning",
        "file": "bad.yml",
        "line": 4,
        "column": 13,
        "subject": "record up_sum",
        "title": BY_ID["recording-name"].title,
        "source": "  - record: up_sum",
        "page": "docs/lint/recording-name.md",
        "edit": None,
    }
    assert document["summary"]["rules"] == document["summary"]["expressions"] == 1
    assert document["summary"]["warnings"] == 1
    page = (PROJECT_ROOT / "docs/lint/README.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in page for name in (*document, "id", "source", "page", "edit"))


def test_sarif_is_one_json_document(lint: Lint) -> None:
    """Nothing but the log is on standard output."""
    result = lint(put("bad.yml", BAD), "--format", "sarif")
    assert json.loads(result.stdout)["version"] == "2.1.0"


def test_explain_prints_the_page(lint: Lint) -> None:
    """What the page in the repository says, the terminal says."""
    result = lint("--explain", "recording-name")
    assert result.exit_code == ExitCode.OK
    page = (PROJECT_ROOT / "docs/lint/recording-name.md").read_text(encoding="utf-8")
    assert result.output in page
    assert result.output.startswith("# recording-name")


def test_explain_of_a_misspelt_id_names_the_nearest(lint: Lint) -> None:
    """Exit 2 and the id that was meant."""
    result = lint("--explain", "recordingname")
    assert result.exit_code == ExitCode.USAGE
    assert "recording-name" in result.stderr


def test_list_has_every_id(lint: Lint) -> None:
    """A line for each kind of finding."""
    lines = lint("--list").output.splitlines()
    assert [line.split()[0] for line in lines] == sorted(BY_ID)


def test_help_tells_the_exit_codes(lint: Lint) -> None:
    """A script's author finds them without the documents."""
    text = " ".join(lint("--help").output.split())
    assert all(words in text for words in ("Exit 0:", "1: something was found", "2: wrong use"))


def test_commands_that_serve_do_not_load_the_parser() -> None:
    """The supervisor's memory is not spent on lint."""
    script = "import opsconductor.cli.app, sys; sys.exit('promql_parser' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_labels_that_scraping_adds_can_be_named(lint: Lint) -> None:
    """Of a page any label may be the target's; once the target's are named, no other is."""
    page = put("page.txt", "# TYPE jobs_waiting gauge\njobs_waiting 1\n")
    rules = put("rules.yml", GOOD.replace("sum by (service) (up)", "max by (shop) (jobs_waiting)"))
    assert "unknown-grouping-label" not in lint(rules, "--metrics", page).output
    named = ("--target-label", "job", "--target-label", "instance")
    assert "unknown-grouping-label" in lint(rules, "--metrics", page, *named).output
    assert (
        "unknown-grouping-label"
        not in lint(rules, "--metrics", page, *named, "--target-label", "shop").output
    )


def test_a_lonely_bracket_is_not_what_is_shown(lint: Lint) -> None:
    """Long expressions begin with a bracket on a line of its own; what follows says more."""
    expr = "|\n      (\n        max by (service) (not_there)\n      )"
    shown = lint(put("rules.yml", GOOD.replace("sum by (service) (up)", expr))).output
    assert "rules.yml:6 error unknown-metric" in shown
    assert "    7 |         max by (service) (not_there)" in shown
