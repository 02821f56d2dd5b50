"""A tool reads only where its file says it may."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from opsconductor.automation.outcome import ToolFailure
from opsconductor.automation.paths import confine
from opsconductor.automation.tool import Tool
from opsconductor.contract import Reason

MakeTool = Callable[..., Tool]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with a log and a secret beside it."""
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "a.log").write_text("line\n", encoding="utf-8")
    (tmp_path / "secret").write_text("hunter2\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def reader(make_tool: MakeTool, root: Path) -> Tool:
    """A tool that may read regular files under `logs`."""
    parameter = {
        "name": "path",
        "type": "string",
        "format": "path",
        "file_type": "file",
        "description": "It.",
    }
    return make_tool("cat", "{path}", parameters=[parameter], allowed_roots=[f"{root}/logs"])


def denied(tool: Tool, path: Path | str) -> str:
    """Why the tool may not read the path."""
    with pytest.raises(ToolFailure) as caught:
        confine(tool, {"path": str(path)})
    assert caught.value.reason is Reason.DENIED
    return caught.value.message


def test_a_file_in_an_allowed_root_is_read_where_it_really_is(reader: Tool, root: Path) -> None:
    """The tool gets the resolved path, so that what was checked is what is read."""
    (root / "logs" / "link.log").symlink_to("a.log")
    confined = confine(reader, {"path": f"{root}/logs/./link.log"})
    assert confined == {"path": f"{root}/logs/a.log"}


def test_no_way_leads_out_of_the_allowed_roots(reader: Tool, root: Path) -> None:
    """Neither dots nor links nor a root's name as a prefix reach what lies outside."""
    (root / "logs" / "link.log").symlink_to(root / "secret")
    (root / "logs" / "up").symlink_to(root)
    (root / "logs-old").mkdir()
    for path in ("logs/../secret", "logs/link.log", "logs/up/secret", "secret", "logs-old/x"):
        assert "is outside what made may read" in denied(reader, root / path)


def test_only_regular_files_are_read(reader: Tool, root: Path) -> None:
    """A pipe would block the tool and a device may never end."""
    os.mkfifo(root / "logs" / "pipe")
    assert "is not a regular file" in denied(reader, root / "logs" / "pipe")
    assert "is not a regular file" in denied(reader, root / "logs")


def test_a_loop_of_links_is_denied(reader: Tool, root: Path) -> None:
    """A path that cannot be resolved cannot be checked."""
    (root / "logs" / "loop").symlink_to("loop")
    assert "loop" in denied(reader, root / "logs" / "loop")


def test_a_path_that_does_not_exist_is_left_to_the_tool(reader: Tool, root: Path) -> None:
    """The tool itself says best that there is no such file."""
    assert confine(reader, {"path": f"{root}/logs/none"}) == {"path": f"{root}/logs/none"}


def test_a_denied_root_wins(make_tool: MakeTool, root: Path) -> None:
    """What lies in a denied root is not read, by whatever name."""
    parameter = {"name": "path", "type": "string", "format": "path", "description": "It."}
    tool = make_tool("cat", "{path}", parameters=[parameter], denied_roots=[str(root / "secret")])
    (root / "alias").symlink_to("secret")
    assert "may not read" in denied(tool, root / "alias")
    assert confine(tool, {"path": f"{root}/logs"}) == {"path": f"{root}/logs"}
