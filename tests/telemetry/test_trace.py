"""Trace context is read and written as the W3C has it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconductor.telemetry import TraceContext
from opsconductor.telemetry.trace import from_headers, valid_trace_id

TRACE = "0af7651916cd43dd8448eb211c80319c"
SPAN = "b7ad6b7169203331"


def test_a_valid_header_is_read() -> None:
    """The ids and the sampled flag are the caller's."""
    assert TraceContext.parse(f"00-{TRACE}-{SPAN}-01") == TraceContext(TRACE, SPAN, "01")
    assert TraceContext.parse(f" 00-{TRACE}-{SPAN}-00\t") == TraceContext(TRACE, SPAN, "00")


@pytest.mark.parametrize("version", ["01", "cc", "fe"])
@pytest.mark.parametrize("rest", ["", "-", "-what-the-future-will-be-like"])
def test_a_later_version_is_read_as_far_as_it_is_known(version: str, rest: str) -> None:
    """A header of a later version keeps the first four fields (W3C Trace Context, 4.3)."""
    context = TraceContext.parse(f"{version}-{TRACE}-{SPAN}-01{rest}")
    assert context == TraceContext(TRACE, SPAN, "01")


@pytest.mark.parametrize(
    "header",
    [
        "",
        "00",
        "nonsense",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE}-{SPAN}-01-extra",
        f"00-{TRACE}-{SPAN}-01-",
        f"cc-{TRACE}-{SPAN}-01.extra",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"00-{TRACE}-{SPAN.upper()}-01",
        f"00-{TRACE[:-1]}-{SPAN}-01",
        f"00-{TRACE}0-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-1",
        f"00-{TRACE}-{SPAN}-0x",
        f"00-{TRACE}-{SPAN}",
        f"00_{TRACE}_{SPAN}_01",
        f"0\N{ARABIC-INDIC DIGIT ZERO}-{TRACE}-{SPAN}-01",
    ],
)
def test_an_invalid_header_is_no_trace(header: str) -> None:
    """An invalid header starts a new trace and is never passed on (W3C Trace Context, 3.2)."""
    assert TraceContext.parse(header) is None


def test_unknown_flags_are_cleared() -> None:
    """Only the sampled bit has a meaning; the others are sent as 0."""
    context = TraceContext.parse(f"00-{TRACE}-{SPAN}-ff")
    assert context is not None
    assert context.flags == "01"


def test_traceparent_wins_over_the_plain_header() -> None:
    """The standard's header is first, X-Trace-Id second."""
    both = from_headers(f"00-{TRACE}-{SPAN}-01", "abc-123")
    assert both is not None
    assert both.trace_id == TRACE
    plain = from_headers(None, "abc-123")
    assert plain is not None
    assert plain.trace_id == "abc-123"


def test_an_invalid_traceparent_gives_way_to_the_plain_header() -> None:
    """A broken header does not hide a good one."""
    context = from_headers("00-nonsense", "abc-123")
    assert context is not None
    assert context.trace_id == "abc-123"


@pytest.mark.parametrize("text", ["", "a b", "a\nb", "x" * 65, "<script>", "é"])
def test_a_text_that_is_no_trace_id_is_not_taken(text: str) -> None:
    """What ends up in logs, links and exemplars is a short token."""
    assert not valid_trace_id(text)
    assert from_headers(None, text) is None


def test_we_work_in_a_span_of_our_own() -> None:
    """The caller's span is the parent; what we send on names ours."""
    context = from_headers(f"00-{TRACE}-{SPAN}-01", None)
    assert context is not None
    assert context.span_id != SPAN
    assert context.child().trace_id == TRACE
    assert context.child().span_id != context.span_id


def test_a_trace_is_sent_on_in_both_headers() -> None:
    """Whoever is asked next reads the same trace, by the standard and by our own name."""
    headers = TraceContext(TRACE, SPAN, "00").headers()
    assert headers == {"x-trace-id": TRACE, "traceparent": f"00-{TRACE}-{SPAN}-00"}


def test_an_id_of_another_form_is_sent_on_in_ours_only() -> None:
    """The standard's header holds 32 hexadecimal digits and nothing else."""
    assert TraceContext.new("ticket-17").headers() == {"x-trace-id": "ticket-17"}


def test_a_new_trace_is_random_and_valid() -> None:
    """Nobody else has the id, and everybody can read it."""
    first, second = TraceContext.new(), TraceContext.new()
    assert first.trace_id != second.trace_id
    assert re.fullmatch(r"[0-9a-f]{32}", first.trace_id)
    assert TraceContext.parse(first.headers()["traceparent"]) == first


@given(st.text())
def test_any_header_is_answered_with_a_trace_or_none(header: str) -> None:
    """No header raises, and what is read can be sent on."""
    context = from_headers(header, header)
    if context is not None:
        assert valid_trace_id(context.trace_id)
        assert all(value.isascii() for value in context.headers().values())
