"""The model of a tool refuses what could not work when it runs."""

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from opsconductor.automation.command import placeholder
from opsconductor.automation.tool import Tool

MakeTool = Callable[..., Tool]


def text(name: str, **fields: Any) -> dict[str, Any]:
    """A string parameter."""
    return {"name": name, "type": "string", "description": "A text.", **fields}


def test_a_placeholder_is_a_whole_argument() -> None:
    """Only an argument that is nothing but `{name}` names a parameter."""
    assert placeholder("{host}") == "host"
    assert placeholder("--host={host}") is None
    assert placeholder("host") is None


@pytest.mark.parametrize(
    ("argv", "fields", "complaint"),
    [
        (("ls", "--dir={path}"), {"parameters": [text("path")]}, "whole argument"),
        (("ls", "{path}"), {}, "undeclared parameters: path"),
        (("ls",), {"parameters": [text("path")]}, "argv uses no path"),
        (("{tool}",), {"parameters": [text("tool")]}, "needs words and a default"),
        ((("ls", "-l"),), {}, "cannot be left out"),
        ((), {}, "at least 1 item"),
        (("ls",), {"command": {"parser": "nope"}}, "unknown parser 'nope'"),
        (("ls",), {"command": {"kind": "shell"}}, "does not match any of the expected tags"),
        (("ls",), {"parameters": [text("a"), text("a")]}, "declared twice"),
        (("ls",), {"answer": "{a.b}"}, "only simple names"),
        (("ls",), {"answer": "{a!r}"}, "only simple names"),
        (("ls",), {"redact_patterns": ["("]}, "not a regular expression"),
        (("ls",), {"allowed_roots": ["logs"]}, "not an absolute path"),
        (("ls",), {"risk": "huge"}, "'low', 'medium', 'high' or 'critical'"),
        (("ls",), {"colour": "red"}, "Extra inputs are not permitted"),
        (("ls", "{a}"), {"parameters": [text("a", secret=True, default="x")]}, "no default"),
        (("ls", "{a}"), {"parameters": [text("a", secret=True)]}, "put it in environment"),
        (("ls",), {"command": {"environment": {"LD_PRELOAD": "/x"}}}, "not a name of a variable"),
        (("ls", "{a}"), {"parameters": [text("a", required=True, default="x")]}, "no default"),
        (("ls", "{a}"), {"parameters": [text("a", default=3)]}, "3 must be text"),
        (
            ("ls", "{a}"),
            {"parameters": [text("a", enum=["x"], default="y")]},
            "'y' must be one of x",
        ),
        (("ls", "{a}"), {"parameters": [text("a", pattern="(")]}, "not a regular expression"),
        (("ls", "{a}"), {"parameters": [text("a", format="port")]}, "for the type integer"),
        (("ls", "{a}"), {"parameters": [text("a", file_type="file")]}, "for the format path"),
        (
            ("ls", "{a}"),
            {"parameters": [text("a", format="path", default="logs")]},
            "must be an absolute path",
        ),
        (
            ("ls", "{a}"),
            {"parameters": [text("a") | {"type": "integer", "pattern": "x"}]},
            "for the type string",
        ),
        (
            ("ls", "{a}"),
            {"parameters": [text("a") | {"type": "integer", "min_value": 1, "default": 0}]},
            "must be at least 1",
        ),
        (
            ("ls", "{a}"),
            {"parameters": [text("a") | {"type": "duration", "default": "soon"}]},
            "must be a duration",
        ),
        (
            ("ls", "{a}"),
            {"parameters": [text("a") | {"type": "duration", "enum": ["5s"]}]},
            "no enum",
        ),
        (
            ("ls", "{a}"),
            {"parameters": [text("a", enum=["x"])], "command": {"words": {"a": {"y": "-y"}}}},
            "one entry for each value",
        ),
    ],
)
def test_a_tool_that_could_not_run_is_refused(
    make_tool: MakeTool, argv: tuple[object, ...], fields: dict[str, Any], complaint: str
) -> None:
    """Each mistake is found when the tool is loaded, and named."""
    with pytest.raises(ValidationError, match=complaint.replace("(", r"\(")):
        make_tool(*argv, **fields)


def test_a_transport_of_a_later_version_is_named(make_tool: MakeTool) -> None:
    """A tool file for ssh says that this version has no such transport."""
    transports = {"local": {"kind": "exec", "argv": ["ls"]}, "ssh": {"kind": "exec"}}
    with pytest.raises(ValidationError, match="unknown transport ssh; this version has local"):
        make_tool("ls", transports=transports)


def test_an_unknown_builtin_is_refused(make_tool: MakeTool) -> None:
    """A tool can only name a function that exists."""
    with pytest.raises(ValidationError, match="unknown builtin 'rm'"):
        make_tool("ls", transports={"local": {"kind": "builtin", "function": "rm"}})


@pytest.mark.parametrize(
    ("risk", "read_only", "needed"),
    [
        ("critical", False, True),
        ("high", False, True),
        ("medium", False, False),
        ("high", True, False),
    ],
)
def test_a_run_that_may_do_harm_needs_approval(
    make_tool: MakeTool, *, risk: str, read_only: bool, needed: bool
) -> None:
    """Only a tool that changes something, at high or critical risk, needs approval."""
    assert make_tool("ls", risk=risk, read_only=read_only).needs_approval is needed
