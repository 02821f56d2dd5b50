"""YAML as a tree with places, and what it refuses."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from opsconductor.monitoring.lint.yaml_tree import (
    Mapping,
    Node,
    Scalar,
    Sequence,
    YamlError,
    get,
    last_line,
    pairs,
    yaml_tree,
)


def only(text: str) -> Node:
    """The one document of a text."""
    (document,) = yaml_tree(text).documents
    return document


def plain(node: Node) -> object:
    """The node as Python's own values, every scalar as its text."""
    match node:
        case Scalar():
            return node.value
        case Sequence():
            return [plain(item) for item in node.items]
        case Mapping():
            return {key.value: plain(value) for key, value in pairs(node)}


def place(node: Node | None) -> tuple[int, int | None]:
    """Line and column of a scalar."""
    assert isinstance(node, Scalar)
    return node.line, node.column


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("expr: up", (1, 7)),
        ('expr: "up"', (1, 8)),
        ("expr: |\n  up", (2, None)),
        ("expr: |2-  # why\n\n\n   up", (4, None)),
        ("expr: >-\n  up\n  down", (2, None)),
        ("expr:\n  up", (2, 3)),
        ("expr: a\n  b", (1, None)),
        ("expr: &name up", (1, None)),
        ("\ufeffexpr: up", (1, 7)),
        ("a: 1\r\nexpr: up\r\n", (2, 7)),
        ("{a: 1, expr: up}", (1, 14)),
        ("é: ü\nexpr: 'ü' # x", (2, 8)),
    ],
)
def test_a_value_knows_where_its_text_begins(text: str, expected: tuple[int, int | None]) -> None:
    """The line is that of the text, not of a block's header; no column where it is not sure."""
    assert place(get(only(text), "expr")) == expected


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("a:\n  - b: |\n      c\n\n      d\n# below\n", 5),
        ("a:\n  - b: c  # behind\n\n# below\n", 2),
        ("a:\n  b: >-\n    c\n    d\n", 4),
        ("a: {b:\n  c}\n# below", 2),
    ],
)
def test_the_last_line_leaves_out_comments_below(text: str, last: int) -> None:
    """A comment below a rule belongs to what follows."""
    assert last_line(only(text)) == last


def test_merges_bring_what_is_not_written_and_never_hide_what_is() -> None:
    """`<<` is YAML 1.1's merge: own keys win, and the first of several sources wins."""
    text = "- &a {x: 1, y: 1}\n- &b {y: 2, z: 2}\n- {<<: [*a, *b], x: 3}\n"
    assert plain(only(text)) == [
        {"x": "1", "y": "1"},
        {"y": "2", "z": "2"},
        {"x": "3", "y": "1", "z": "2"},
    ]


def test_a_quoted_merge_key_is_an_ordinary_key() -> None:
    """Only the plain `<<` merges."""
    assert plain(only('{"<<": a}')) == {"<<": "a"}


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: b\n\tc: d", 2, "character"),
        ('a: "b', 1, "scalar"),
        ("a: *b", 1, "no anchor"),
        ("a: 1\nb: &x [*x]", 2, "inside its own anchor"),
        ("? [a]\n: b", 1, "key"),
        ("[" * 1000, 1, "deep"),
        ("- " * 1000 + "a", 1, "deep"),
        ("".join(f"{' ' * level}a:\n" for level in range(1000)), 65, "deep"),
    ],
)
def test_what_is_no_yaml_is_refused_with_its_line(text: str, line: int, words: str) -> None:
    """The error names the place and the reason, however deep the text is nested."""
    with pytest.raises(YamlError, match=words) as refused:
        yaml_tree(text)
    assert refused.value.line == line


def test_aliases_are_not_copied() -> None:
    """A billion laughs are nine nodes."""
    levels = ["a0: &a0 [lol, lol]"] + [
        f"a{number}: &a{number} [{', '.join([f'*a{number - 1}'] * 9)}]" for number in range(1, 40)
    ]
    tree = yaml_tree("\n".join(levels))
    assert len(tree.scalars) == 42


def test_merges_of_merges_are_followed_once() -> None:
    """Merges that double at each level end at once."""
    levels = ["- &a0 {x: 1}"] + [
        f"- &a{number} {{<<: [*a{number - 1}, *a{number - 1}], k{number}: 1}}"
        for number in range(1, 60)
    ]
    document = only("\n".join(levels))
    assert isinstance(document, Sequence)
    assert set(pairs_of(document.items[-1])) == {"x", *(f"k{number}" for number in range(1, 60))}


def pairs_of(node: Node) -> list[str]:
    """The keys of a mapping after its merges."""
    assert isinstance(node, Mapping)
    return [key.value for key, _ in pairs(node)]


VALUES = st.recursive(
    st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=20,
)


@settings(deadline=None)
@given(VALUES, st.booleans())
def test_the_tree_holds_what_the_text_says(value: object, flow: bool) -> None:
    """Any document of texts, lists and mappings is read as it was written."""
    try:
        text = yaml.safe_dump(value, default_flow_style=flow, allow_unicode=True)
        expected = yaml.safe_load(text)
    except (yaml.YAMLError, UnicodeError):
        return  # PyYAML writes some control characters that it does not read
    assert plain(only(text)) == merged(expected)


def merged(value: object) -> object:
    """PyYAML's reading with every scalar as text; `<<` was quoted when it was written."""
    match value:
        case list():
            return [merged(item) for item in value]
        case dict():
            return {key: merged(item) for key, item in value.items()}
        case _:
            return value
