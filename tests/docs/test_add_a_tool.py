"""The guide's example is a tool that loads and runs."""

import re
from pathlib import Path
from typing import get_args

import pytest

from opsconductor.automation.catalogue import load
from opsconductor.automation.parameter import Format
from opsconductor.automation.run import Limits, run
from opsconductor.automation.tool import Tool
from opsconductor.settings import PROJECT_ROOT

GUIDE = PROJECT_ROOT / "docs/add-a-tool.md"


@pytest.fixture
def example(tmp_path: Path) -> Tool:
    """The guide's tool, loaded from a folder that holds nothing else."""
    (text,) = re.findall(r"```toml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "line_count.toml").write_text(text, encoding="utf-8")
    catalogue = load(tmp_path)
    assert catalogue.broken == {}
    return catalogue.tools["line_count"]


def lines_of(path: Path) -> int:
    """How many lines the file has."""
    return path.read_bytes().count(b"\n")


@pytest.mark.anyio
async def test_the_example_runs(example: Tool) -> None:
    """Whoever copies the example gets what the guide promises."""
    result = await run(example, {"path": "/etc/passwd"}, limits=Limits())
    assert result.success
    assert result.output.split() == [str(lines_of(Path("/etc/passwd"))), "/etc/passwd"]


@pytest.mark.anyio
@pytest.mark.parametrize("path", ["/etc/shadow", "/root/x", "/etc/../root/x"])
async def test_the_examples_limits_hold(example: Tool, path: str) -> None:
    """The roots that the guide shows keep other files out."""
    result = await run(example, {"path": path}, limits=Limits())
    assert result.error is not None
    assert result.error.reason == "denied"


def test_the_guide_names_every_format() -> None:
    """A format that is not in the guide is one that nobody will use."""
    (listed,) = re.findall(r"a `format` \((.*?)\)", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert set(re.split(r",\s+", listed)) == set(get_args(Format))
