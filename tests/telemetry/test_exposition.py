"""The metrics page in the format and encoding that a scraper asks for."""

import gzip

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

from opsconductor.contract import AUTOMATION, EXPOSED, families
from opsconductor.telemetry import Telemetry
from opsconductor.telemetry.process_collector import READ

TEXT = "text/plain; version=0.0.4; charset=utf-8"
OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
PROMETHEUS_2 = (
    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
)
PROMETHEUS_3 = (
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
    "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;"
    "escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
)
TRACE_ID = "0af7651916cd43dd8448eb211c80319c"


@pytest.fixture
def telemetry() -> Telemetry:
    """automation-service's instruments after one request, without what changes by itself."""
    still = [one for one in EXPOSED[AUTOMATION] if one not in READ]
    made = Telemetry(still, bounds={"tool": ["echo"]})
    made.counter(families.AI_REQUESTS).bind(status="success", tool="echo").inc()
    duration = made.histogram(families.AI_REQUEST_DURATION).bind(tool="echo")
    duration.observe(0.3, trace_id=TRACE_ID)
    return made


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, TEXT),
        ("", TEXT),
        ("*/*", TEXT),
        ("text/html", TEXT),
        ("text/plain", TEXT),
        ("application/openmetrics-text", OPENMETRICS),
        (PROMETHEUS_2, OPENMETRICS),
        (PROMETHEUS_3, OPENMETRICS),
        ("text/plain, application/openmetrics-text;q=0.5", TEXT),
        ("text/plain;q=0.2, APPLICATION/OpenMetrics-Text; Q=0.9", OPENMETRICS),
        ("application/openmetrics-text;q=0", TEXT),
        ("application/openmetrics-text;q=much", TEXT),
        ("application/openmetrics-text;q=nan", TEXT),
        (";,;;q=,", TEXT),
    ],
)
def test_the_format_is_the_one_that_is_asked_for(
    telemetry: Telemetry, accept: str | None, expected: str
) -> None:
    """OpenMetrics comes only where it is preferred; everything else gets Prometheus text."""
    page = telemetry.expose(accept, None)
    assert page.headers["content-type"] == expected
    assert page.body.endswith(b"# EOF\n") == (expected == OPENMETRICS)


@pytest.mark.parametrize(
    ("accept_encoding", "compressed"),
    [
        (None, False),
        ("", False),
        ("identity", False),
        ("gzip", True),
        ("deflate, gzip;q=0.5", True),
        ("gzip;q=0", False),
        ("br", False),
    ],
)
def test_the_page_is_compressed_where_that_is_accepted(
    telemetry: Telemetry, accept_encoding: str | None, compressed: bool
) -> None:
    """Compression is used only if the scraper can read it, and changes nothing but the size."""
    plain = telemetry.expose(None, None).body
    page = telemetry.expose(None, accept_encoding)
    assert (page.headers.get("content-encoding") == "gzip") == compressed
    assert (gzip.decompress(page.body) if compressed else page.body) == plain
    assert not compressed or len(page.body) < len(plain) / 3


def test_a_cache_is_told_what_the_page_depends_on(telemetry: Telemetry) -> None:
    """A proxy must not hand the compressed page to a scraper that cannot read it."""
    assert telemetry.expose(None, None).headers["vary"] == "Accept, Accept-Encoding"


def test_the_text_format_is_read_back(telemetry: Telemetry) -> None:
    """Prometheus's own parser finds the recorded values in the text."""
    parsed = {one.name: one for one in parse_text(telemetry.expose(None, None).body.decode())}
    samples = {
        sample.labels["status"]: sample.value
        for sample in parsed["ai_requests"].samples
        if sample.labels["tool"] == "echo"
    }
    assert samples == {"success": 1, "error": 0}
    assert parsed["ai_request_duration_seconds"].type == "histogram"


def test_openmetrics_is_read_back_with_its_exemplar(telemetry: Telemetry) -> None:
    """The bucket that a request fell into names the request's trace."""
    text = telemetry.expose(PROMETHEUS_2, None).body.decode()
    parsed = {one.name: one for one in parse_openmetrics(text)}  # type: ignore[no-untyped-call]  # upstream
    exemplars = {
        sample.labels["le"]: sample.exemplar
        for sample in parsed["ai_request_duration_seconds"].samples
        if sample.exemplar is not None
    }
    assert set(exemplars) == {"0.5"}
    assert exemplars["0.5"].labels == {"trace_id": TRACE_ID}
    assert exemplars["0.5"].value == 0.3


def test_the_text_format_has_no_exemplars(telemetry: Telemetry) -> None:
    """Text 0.0.4 does not know them; a scraper would refuse the page."""
    assert TRACE_ID.encode() not in telemetry.expose(None, None).body


@pytest.mark.parametrize("accept", [None, PROMETHEUS_2])
def test_no_created_series_are_exposed(telemetry: Telemetry, accept: str | None) -> None:
    """They would add a series to every counter and histogram, and break the budget."""
    assert b"_created" not in telemetry.expose(accept, None).body


def test_a_trace_id_of_the_longest_kind_fits_into_an_exemplar(telemetry: Telemetry) -> None:
    """OpenMetrics limits an exemplar's labels to 128 characters; recording must never fail."""
    duration = telemetry.histogram(families.AI_REQUEST_DURATION).bind(tool="echo")
    duration.observe(0.3, trace_id="x" * 64)
    assert b"x" * 64 in telemetry.expose(PROMETHEUS_2, None).body


def test_odd_label_values_are_escaped() -> None:
    """A tool's name with quotes and line breaks does not break the page."""
    name = 'a"b\\c\nd'
    telemetry = Telemetry([families.AI_REQUESTS], bounds={"tool": [name]})
    (family,) = parse_text(telemetry.expose(None, None).body.decode())
    assert name in {sample.labels["tool"] for sample in family.samples}
