"""Prometheus's regular expressions, answered only where Python's mean the same."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconductor.monitoring.promql.re2 import matches, understand


@pytest.mark.parametrize(
    ("pattern", "value", "expected"),
    [
        ("a|b", "b", True),
        ("a|b", "ab", False),
        ("5..", "503", True),
        ("5..", "5034", False),
        ("", "", True),
        ("a?", "", True),
        (r"10\.0\.0\.\d+:9090", "10.0.0.7:9090", True),
        (r"10\.0\.0\.\d+:9090", "10x0.0.7:9090", False),
        ("(?:get|post)-x", "post-x", True),
        ("(?P<verb>get|post)", "get", True),
        ("[^/]+", "a/b", False),
        ("[a-c]{2,3}", "abca", False),
        ("^a$", "a", True),
        ("é", "é", True),
    ],
)
def test_a_pattern_matches_the_whole_value(pattern: str, value: str, expected: bool) -> None:
    """Prometheus anchors every regular expression at both ends."""
    assert matches(pattern, value) is expected


@pytest.mark.parametrize(
    "pattern",
    [
        "(?i)a",
        r"\pN",
        r"\Qa.b\E",
        "[[:alpha:]]",
        "[a&&b]",
        "a{,2}",
        "a{1001}",
        "a**",
        "a*+",
        r"(a)\1",
        "(?=a)a",
        r"\bfoo",
        "(",
        "[",
        "a{2,1}",
        "(" * 100 + ")" * 100,
        "a" * 3000,
    ],
)
def test_of_what_the_languages_may_read_differently_nothing_is_said(pattern: str) -> None:
    """An answer that might be wrong is no answer."""
    assert matches(pattern, "zzz") is None


@pytest.mark.parametrize(
    ("pattern", "values"),
    [
        ("a|b", {"a", "b"}),
        ("x(1|2)?", {"x", "x1", "x2"}),
        (r"a\.b", {"a.b"}),
        ("|a", {"", "a"}),
        ("a.", None),
        ("a+", None),
        ("(a|b|c|d|e)(a|b|c|d|e)(a|b|c|d|e)(a|b|c|d|e)", None),
    ],
)
def test_the_few_texts_that_a_pattern_matches_are_listed(
    pattern: str, values: set[str] | None
) -> None:
    """A pattern of alternatives is a set; one with too many is none."""
    found = understand(pattern)
    assert found is not None
    assert found.values == values


@pytest.mark.parametrize("pattern", ["(a+)+b", "(a|a)*b", "(.*)(.*)(.*)(.*)(.*)(.*)(.*)x"])
def test_no_pattern_takes_long(pattern: str) -> None:
    """Python's matching may take for ever where RE2's does not; such a value goes unanswered."""
    start = process_time()
    assert matches(pattern, "a" * 5000) is None
    assert process_time() - start < 1


@given(st.text(alphabet="ab|()[]{}*+?.^$\\d-1,", max_size=20), st.text(alphabet="ab1-", max_size=8))
def test_any_pattern_is_answered_or_not(pattern: str, value: str) -> None:
    """No pattern leads to anything but yes, no or no answer."""
    assert matches(pattern, value) in {True, False, None}
