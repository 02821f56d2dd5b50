"""JSON is read as `json` reads it, and each value's place is the right one."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsconductor.monitoring.lint.located_json import MAX_DEPTH, JSONTextError, Node, parse

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXT, inner, max_size=5),
    max_leaves=30,
)  # fmt: skip
LAYOUTS = st.sampled_from([None, 0, 1, 4])


@given(VALUES, LAYOUTS, st.booleans())
@settings(max_examples=300, deadline=None)
def test_the_value_is_what_json_says(value: Any, indent: int | None, ascii_only: bool) -> None:
    """However a document is laid out, its values are those of `json`."""
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    assert parse(text).plain() == json.loads(text)


@given(VALUES, LAYOUTS, st.booleans())
@settings(max_examples=300, deadline=None)
def test_each_place_holds_its_value(value: Any, indent: int | None, ascii_only: bool) -> None:
    """At the line and column of each value stands the JSON of this value, up to its end."""
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    lines = text.split("\n")
    for node in parse(text).walk():
        offset = sum(len(line) + 1 for line in lines[: node.line - 1]) + node.column - 1
        assert offset == node.start
        assert json.loads(text[offset : node.end]) == node.plain()


@given(st.text(alphabet='{}[]",:\\ \n01eu.-tfn', max_size=40) | st.text(max_size=40))
@settings(max_examples=500, deadline=None)
def test_what_json_refuses_is_refused_with_a_place(text: str) -> None:
    """A text is taken if and only if it is JSON; the refusal names a line and a column."""
    try:
        expected = json.loads(text, parse_constant=int)
    except ValueError:
        with pytest.raises(JSONTextError) as refused:
            parse(text)
        assert 1 <= refused.value.line <= text.count("\n") + 1
        assert refused.value.column >= 1
    else:
        assert parse(text).plain() == expected


def test_the_last_of_repeated_keys_counts_and_leaves_nothing_of_the_first() -> None:
    """Grafana keeps the last; what stood below the first must not be found."""
    node = parse('{"a": {"x": 1},\n "a": {"y": 2}}')
    assert node.plain() == {"a": {"y": 2}}
    assert node.repeated == (("a", 2, 2),)
    assert node.get("a", "x") is None
    found = node.get("a", "y")
    assert found is not None
    assert (found.line, found.column) == (2, 13)


@pytest.mark.parametrize(
    ("text", "says", "line", "column"),
    [
        ('{"a": 1,\n "b": ', "Expecting value", 2, 7),
        ('{"a": "unended', "Unterminated string", 1, 7),
        ('{"NaN":\n  NaN}', "NaN is not JSON", 2, 3),
        ('{"a": -Infinity}', "-Infinity is not JSON", 1, 7),
        ("[1,\n" + "9" * 5000 + "]", "limit", 2, 1),
        ("\x00\x01\x02PNG", "Expecting value", 1, 1),
        ("", "Expecting value", 1, 1),
        ("[" * 5000, "100 levels", 1, MAX_DEPTH + 1),
        ("[" * 100_000 + "]" * 100_000, "100 levels", 1, MAX_DEPTH + 1),
        ("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), "100 levels", 1, MAX_DEPTH + 1),
    ],
)
def test_a_text_that_cannot_be_used_says_why(text: str, says: str, line: int, column: int) -> None:
    """Truncated, binary, huge or too deep: one error with a place, and never a traceback."""
    with pytest.raises(JSONTextError, match=says) as refused:
        parse(text)
    assert (refused.value.line, refused.value.column) == (line, column)


def test_numbers_beyond_all_bounds_are_no_numbers() -> None:
    """1e999 is infinite to Python; whoever asks for a number must not get it."""
    node = parse('{"w": 1e999, "x": true, "y": 3, "z": 2.5}')
    assert [node.number(name) for name in "wxyz"] == [None, None, 3, 2.5]


def test_lone_surrogates_can_be_printed() -> None:
    """Half a pair is legal in JSON but in no encoding; it must not break the output later."""
    assert parse(r'"a\ud800b"').value.encode() == "a\ufffdb".encode()
    assert parse(r'"\ud83d\ude00"').value == "\U0001f600"


@pytest.mark.parametrize("kind", ["get", "text", "number", "flag", "items", "fields"])
def test_wrong_shapes_give_nothing(kind: str) -> None:
    """Asking a list for a key, or a scalar for a member, gives the empty answer."""
    root: Node = parse('{"list": [1], "scalar": 3}')
    for path in (("list", "key"), ("scalar", 0), ("scalar", "key"), ("list", 5), ("absent", 0)):
        assert not getattr(root, kind)(*path)
