"""What a caller passes is checked before anything runs."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from opsconductor.automation.catalogue import Catalogue
from opsconductor.automation.command import Exec
from opsconductor.automation.formats import duration
from opsconductor.automation.parameters import ParameterError, check
from opsconductor.automation.tool import Tool
from opsconductor.automation.transports.local import vector

MakeTool = Callable[..., Tool]

ATTACKS = ("; rm -rf /", "$(reboot)", "`reboot`", "a\nb", "a\rb", "a\x00b", "-rf", "a b", "", " ")


def with_parameter(make_tool: MakeTool, **fields: Any) -> Tool:
    """A tool with the one parameter `x`."""
    return make_tool("true", "{x}", parameters=[{"name": "x", "description": "It.", **fields}])


def problems(tool: Tool, **params: object) -> tuple[str, ...]:
    """What is wrong with the parameters."""
    with pytest.raises(ParameterError) as caught:
        check(tool, params)
    return caught.value.problems


def test_defaults_are_filled_in_and_the_rest_is_none(shipped: Catalogue) -> None:
    """Every declared parameter has an entry."""
    values = check(shipped.tools["http_check"], {"url": "http://localhost/"})
    assert values == {
        "url": "http://localhost/",
        "method": "GET",
        "expect_status": None,
        "timeout_seconds": 10,
    }


def test_every_fault_is_named_at_once(shipped: Catalogue) -> None:
    """A caller need not mend one fault to learn of the next."""
    found = problems(shipped.tools["tcp_check"], port="22", user="root")
    assert found == (
        "unknown parameter 'user'; tcp_check takes host, port",
        "host is required: Host name or IP address to connect to.",
        "port must be a whole number, not '22'",
    )


def test_a_default_duration_is_seconds(make_tool: MakeTool) -> None:
    """A default is read as a caller's value would be."""
    assert check(with_parameter(make_tool, type="duration", default="5m"), {}) == {"x": 300.0}


def test_a_null_is_no_value(shipped: Catalogue) -> None:
    """A parameter that is null counts as absent."""
    assert "host is required" in problems(shipped.tools["ping"], host=None)[0]


@pytest.mark.parametrize(
    ("fields", "given", "wanted"),
    [
        ({"type": "integer"}, 5, 5),
        ({"type": "integer"}, 5.0, 5),
        ({"type": "number"}, 0.5, 0.5),
        ({"type": "boolean"}, True, True),
        ({"type": "duration"}, "1h30m", 5400.0),
        ({"type": "duration"}, "250ms", 0.25),
        ({"type": "duration"}, 12, 12),
        ({"type": "string", "format": "host"}, "::1", "::1"),
        ({"type": "string", "format": "host"}, "db-1.internal", "db-1.internal"),
        ({"type": "string", "format": "url"}, "http://[::1]:8/x?y=z", "http://[::1]:8/x?y=z"),
        ({"type": "string", "format": "domain"}, "_dmarc.example.org.", "_dmarc.example.org."),
        ({"type": "string", "format": "path"}, "/var/log/a b;c", "/var/log/a b;c"),
        ({"type": "string", "format": "service"}, "getty@tty1.service", "getty@tty1.service"),
        ({"type": "string", "multiline": True}, "a\n\tb", "a\n\tb"),
        ({"type": "string"}, "Zürich ☃", "Zürich ☃"),
    ],
)
def test_a_fitting_value_is_taken(
    make_tool: MakeTool, fields: dict[str, Any], given: object, wanted: object
) -> None:
    """Values of the right type and format come out as they went in, durations in seconds."""
    assert check(with_parameter(make_tool, **fields), {"x": given}) == {"x": wanted}


@pytest.mark.parametrize(
    ("fields", "given", "complaint"),
    [
        ({"type": "integer"}, True, "must be a whole number"),
        ({"type": "integer"}, 1.5, "must be a whole number"),
        ({"type": "integer"}, [1], "must be a whole number"),
        ({"type": "integer"}, -1, "must not begin with '-'"),
        ({"type": "number"}, float("nan"), "must be a number"),
        ({"type": "number"}, float("inf"), "must be a number"),
        ({"type": "boolean"}, "yes", "must be true or false"),
        ({"type": "string"}, 5, "must be text"),
        ({"type": "duration"}, "soon", "must be a duration such as 30s"),
        ({"type": "duration"}, "-5s", "must be a duration"),
        ({"type": "duration", "max_value": 60}, "2m", "must be at most 60"),
        ({"type": "integer", "min_value": 1}, 0, "must be at least 1"),
        ({"type": "integer", "format": "port"}, 65536, "must be a port from 1 to 65535"),
        ({"type": "integer", "format": "count"}, -3, "must not be negative"),
        ({"type": "string", "enum": ["a", "b"]}, "c", "must be one of a, b"),
        ({"type": "string", "pattern": "[a-z]+"}, "abc1", "must match"),
        ({"type": "string", "max_value": 3}, "abcd", "at most 3 characters"),
        ({"type": "string", "min_value": 3}, "ab", "at least 3 characters"),
        ({"type": "string"}, "x" * 4097, "at most 4096 characters"),
        ({"type": "string"}, "-rf", "must not begin with '-'"),
        ({"type": "string"}, "a\x1b[31m", "control character (U+001B)"),
        ({"type": "string"}, "a\u2028b", "control character (U+2028)"),
        ({"type": "string"}, "a\ud800", "control character (U+D800)"),
        ({"type": "string", "multiline": True}, "a\x00b", "control character (U+0000)"),
        ({"type": "string", "format": "host"}, "fe80::1%eth0;x", "must be a host name"),
        ({"type": "string", "format": "host"}, "1.2.3.4.5", "must be a host name"),
        ({"type": "string", "format": "host"}, "300.1.1.1", "must be a host name"),
        ({"type": "string", "format": "host"}, "a..b", "must be a host name"),
        ({"type": "string", "format": "url"}, "ftp://example.org", "must be an address such as"),
        ({"type": "string", "format": "url"}, "file:///etc/passwd", "must be an address such as"),
        ({"type": "string", "format": "url"}, "http://", "must be an address such as"),
        ({"type": "string", "format": "url"}, "http://a:99999/", "must be an address such as"),
        ({"type": "string", "format": "url"}, "http://a b/", "must be an address such as"),
        ({"type": "string", "format": "path"}, "var/log", "must be an absolute path"),
        ({"type": "string", "format": "service"}, "a/b", "must be a service name"),
    ],
)
def test_an_unfit_value_is_refused(
    make_tool: MakeTool, fields: dict[str, Any], given: object, complaint: str
) -> None:
    """The message says what would fit."""
    (found,) = problems(with_parameter(make_tool, **fields), x=given)
    assert complaint in found


def test_a_secret_is_never_repeated(make_tool: MakeTool) -> None:
    """The value of a secret parameter stands in no error text, whatever is wrong with it."""
    secret = {"name": "x", "type": "string", "secret": True, "description": "It."}
    tool = make_tool(
        "true",
        parameters=[{**secret, "pattern": "[a-z]+"}],
        command={"environment": {"KEY": "{x}"}},
    )
    for value in ("hunter2", "hunter2\n", "-hunter2", 2, ["hunter2"]):
        assert "hunter2" not in " ".join(problems(tool, x=value))


def test_a_password_in_an_address_is_refused_and_not_repeated(make_tool: MakeTool) -> None:
    """An address with a password would end up in every log."""
    tool = with_parameter(make_tool, type="string", format="url")
    (found,) = problems(tool, x="https://me:hunter2@example.org/")
    assert "must not hold a name or password" in found
    assert "hunter2" not in found


@pytest.mark.parametrize("attack", ATTACKS)
def test_every_format_of_the_shipped_tools_stops_the_usual_attacks(
    shipped: Catalogue, attack: str
) -> None:
    """No host, address, path or service name of the catalogue lets one through."""
    tried = 0
    for tool in shipped.tools.values():
        for parameter in tool.parameters:
            if parameter.type == "string" and parameter.format != "text":
                found = problems(tool, **{parameter.name: attack})
                assert any(problem.startswith(f"{parameter.name} must") for problem in found)
                tried += 1
    assert tried > 8


@given(text=st.text(max_size=200))
def test_a_value_is_one_argument_or_refused(text: str) -> None:
    """Whatever the text, it becomes exactly one argument as it is, and never an option."""
    tool = MADE
    command = tool.transports.local
    assert isinstance(command, Exec)
    try:
        values = check(tool, {"x": text})
    except ParameterError:
        return
    argv = vector(command, values)
    assert argv == ["program", "--flag", text, "end"]
    assert not argv[2].startswith("-")
    assert not set(argv[2]) & set("\n\r\0")


@given(host=st.text(alphabet=st.characters(codec="ascii"), max_size=60))
def test_a_host_holds_nothing_that_a_shell_would_act_on(host: str) -> None:
    """What passes for a host is made of letters, digits, dots, colons, hyphens, underscores."""
    try:
        check(HOSTED, {"x": host})
    except ParameterError:
        return
    assert all(character.isalnum() or character in ".:-_" for character in host)


@given(
    parts=st.lists(
        st.tuples(st.integers(0, 10_000), st.sampled_from(["ms", "s", "m", "h", "d"])),
        min_size=1,
        max_size=4,
    )
)
def test_a_duration_is_the_sum_of_its_parts(parts: list[tuple[int, str]]) -> None:
    """Any sequence of numbers with units reads as their sum in seconds."""
    units = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400}
    total = sum(number * units[unit] for number, unit in parts)
    assume(total < 1e12)
    assert duration("".join(f"{number}{unit}" for number, unit in parts)) == pytest.approx(total)


def _tool(**fields: Any) -> Tool:
    return Tool.model_validate(
        {
            "name": "made",
            "display_name": "Made",
            "description": "Made for a test.",
            "category": "test",
            "platform": "linux",
            "risk": "low",
            "read_only": True,
            "answer": "done",
            "parameters": [{"name": "x", "type": "string", "description": "It.", **fields}],
            "transports": {"local": {"kind": "exec", "argv": ["program", "--flag", "{x}", "end"]}},
        }
    )


MADE, HOSTED = _tool(), _tool(format="host")
