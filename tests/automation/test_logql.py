"""The part of LogQL that is understood, and what is refused."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconductor.automation.logql import LogQLError, parse, selects

STREAM = {"service": "automation-service", "status": "error", "tool": "disk_usage"}


@pytest.mark.parametrize(
    ("query", "selected"),
    [
        ('{service="automation-service"}', True),
        ("{service=`automation-service`}", True),
        ('{service="other"}', False),
        ('{status!="success",tool="disk_usage"}', True),
        ('{tool=~"disk.*"} | json', True),
        ('{tool=~"echo|disk_usage"}|json', True),
        ('{tool=~"(echo|ping)"}', False),
        ('{tool=~"disk"}', False),
        ('{tool=~"^disk_.+$"}', True),
        ('{tool=~"disk\\\\.usage",service="automation-service"}', False),
        ('{service="automation-service",tool!~"disk.*"}', False),
        ('{service="automation-service",tool=~".*"}', True),
        (' { service = "automation-service" , status =~ "err.r" , } ', True),
    ],
)
def test_a_selector_selects_what_loki_would(query: str, selected: bool) -> None:
    """Each operator must match whole values, and all matchers together."""
    assert selects(parse(query), STREAM) is selected


@pytest.mark.parametrize(
    "query",
    [
        "",
        "{}",
        "service",
        '{service="a"',
        '{job="a"}',
        '{service="a"} |= "error"',
        '{service="a"} | json | level="x"',
        '{service="a"} | logfmt',
        'rate({service="a"}[5m])',
        '{service="a"} extra',
        '{service=~".*"}',
        "{service=a}",
        '{tool=~"(a+)+"}',
        '{tool=~"[a-z]+"}',
        '{service="' + "a" * 2000 + '"}',
    ],
)
def test_anything_else_is_refused_with_what_is_understood(query: str) -> None:
    """A query beyond the subset must be an error that names the subset."""
    with pytest.raises(LogQLError, match="stream selector over service, status, tool"):
        parse(query)


GLOB = st.lists(st.sampled_from(["a", "b", "_", ".", ".*", ".+"]), max_size=8).map("".join)


@given(
    pattern=st.lists(GLOB, min_size=1, max_size=3).map("|".join), text=st.text("ab_", max_size=8)
)
def test_a_pattern_means_what_a_regular_expression_means(pattern: str, text: str) -> None:
    """Within the subset, matching must agree with the regular expression engine."""
    labels = {**STREAM, "tool": text}
    matchers = parse(f'{{service="automation-service",tool=~"{pattern}"}}')
    assert selects(matchers, labels) is (re.fullmatch(f"(?:{pattern})", text) is not None)


def test_no_pattern_makes_matching_slow() -> None:
    """A pattern that would make a regular expression engine backtrack must be matched at once."""
    matchers = parse('{tool=~"' + ".*a" * 80 + '!"}')
    began = time.monotonic()
    assert not selects(matchers, {**STREAM, "tool": "a" * 128})
    assert time.monotonic() - began < 1
