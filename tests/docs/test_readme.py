"""What the README and the guides say is what the system does."""

import re
import subprocess
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from opsconductor.cli.app import app
from opsconductor.settings import PROJECT_ROOT, Settings

README = (PROJECT_ROOT / "README.md").read_text(encoding="utf-8")
GUIDES = {
    name: (PROJECT_ROOT / name).read_text(encoding="utf-8")
    for name in (
        "README.md",
        "CONTRIBUTING.md",
        "docs/add-a-tool.md",
        "docs/add-a-metric.md",
        "docs/architecture.md",
        "docs/cardinality.md",
    )
}
SOURCE = PROJECT_ROOT / "src/opsconductor"


def make_targets() -> set[str]:
    """The targets of the Makefile."""
    makefile = (PROJECT_ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))


@pytest.mark.parametrize("guide", GUIDES)
def test_every_make_target_that_is_named_exists(guide: str) -> None:
    """A command that is copied from a document works."""
    named = set(re.findall(r"(?:^\$ |`)(?:\w+=\S+ )?make ([a-z]+)\b", GUIDES[guide], re.MULTILINE))
    assert named <= make_targets()


@pytest.mark.parametrize("guide", GUIDES)
def test_every_command_that_is_named_exists(guide: str) -> None:
    """A command that is copied from a document works."""
    known = set(getattr(get_command(app), "commands", {}))
    named = set(re.findall(r"(?:\./|`)opsconductor ([a-z]+)\b", GUIDES[guide]))
    assert named <= known


def test_the_readme_lists_every_port_with_its_default() -> None:
    """The table of ports is that of the settings."""
    rows = re.findall(r"^\| [^|]+ \| (\d+) \| `(\w+)\.(\w+)` \|", README, re.MULTILINE)
    listed = {(section, name): int(port) for port, section, name in rows}
    defaults = Settings().model_dump()
    expected = {
        (section, name): value
        for section, values in defaults.items()
        if isinstance(values, dict)
        for name, value in values.items()
        if name.endswith("port")
    }
    assert listed == expected


def test_the_login_in_the_readme_logs_in() -> None:
    """The name and password that a newcomer types are the defaults."""
    console = Settings().console
    assert f"{console.username} / {console.password.get_secret_value()}" in README


def test_every_setting_that_is_named_exists() -> None:
    """A setting in a document is one that the system would accept."""
    sections = Settings().model_dump()
    for guide, text in GUIDES.items():
        for section, name in re.findall(r"`([a-z]+)\.([a-z_]+)(?: = [^`]+)?`", text):
            if section in sections and isinstance(sections[section], dict):
                assert name in sections[section], f"{guide}: {section}.{name}"


def test_the_findings_in_the_readme_are_what_lint_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A newcomer sees the output that the command really has."""
    rule = (
        "  - record: tool:ai_errors_per_requests:ratio_rate5m\n    expr: |\n"
        "      rate(ai_request_errors_total[5m]) / rate(ai_requests_total[5m])\n"
    )
    (tmp_path / "my-rules.yml").write_text(f"groups:\n- name: api\n  rules:\n{rule}")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    output = CliRunner().invoke(app, ["lint", "my-rules.yml"]).output
    assert f"$ ./opsconductor lint my-rules.yml\n{output}```" in README


def test_the_compilation_in_the_readme_is_what_slo_compile_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guide's own objective compiles, into as many rules as the newcomer is told."""
    found = re.search(r"```yaml\n(.*?)```", (PROJECT_ROOT / "docs/slo.md").read_text(), re.DOTALL)
    assert found is not None
    (tmp_path / "checkout.yaml").write_text(found[1])
    monkeypatch.chdir(tmp_path)
    command = "slo compile checkout.yaml -o rules.yml --retention 30d"
    result = CliRunner().invoke(app, command.split())
    assert result.exit_code == 0
    assert result.output
    assert f"$ ./opsconductor {command}\n{result.output}" in README


def test_the_plan_in_the_readme_is_what_capacity_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """The figures of the example are those of the last measurement, not of one before."""
    monkeypatch.setenv("COLUMNS", "160")
    command = "capacity --services 20 --memory 16 --cores 4"
    result = CliRunner().invoke(app, command.split())
    assert result.exit_code == 0
    needs, _, _ = result.output.partition("\n\n")
    assert f"$ ./opsconductor {command}\n{needs}\n" in README


def test_the_architecture_names_every_room() -> None:
    """A room that is not on the page is one that a newcomer does not find."""
    page = GUIDES["docs/architecture.md"]
    rooms = {
        path.stem
        for path in SOURCE.iterdir()
        if not path.stem.startswith("_") and (path.suffix == ".py" or any(path.glob("*.py")))
    }
    boxes = set(re.findall(r"^\| (\w+) \| [^|]+ \| \[", page, re.MULTILINE))
    assert rooms == boxes


def test_the_hook_before_a_commit_is_make_check() -> None:
    """People and continuous integration run one command."""
    text = (PROJECT_ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert re.findall(r"entry: (.+)", text) == ["make check"]
    assert "repo: local" in text
    assert "https://" not in text


def test_make_help_lists_every_target() -> None:
    """`make` alone says what there is."""
    shown = subprocess.run(
        ["make", "help"], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True, timeout=30
    ).stdout
    for target in ("up", "down", "test", "check", "generate", "bench"):
        assert f"make {target} " in shown
