"""What the documents name exists: series, reasons, alerts and settings."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from opsconductor.automation.tool import Tool
from opsconductor.contract import (
    EXPOSED,
    FAMILIES,
    IMPORTED,
    RECORDED,
    SERVICE_REASONS,
    names,
)
from opsconductor.monitoring.slo.alerts import TIER_LABEL
from opsconductor.objectives import ALERTS
from opsconductor.settings import PROJECT_ROOT, entries

DOCUMENTS = [
    *PROJECT_ROOT.glob("*.md"),
    # Pages of lint show what is wrong; what is right in them is a test of its own.
    *(one for one in (PROJECT_ROOT / "docs").rglob("*.md") if one.parent.name != "lint"),
]
RUNBOOKS = sorted((PROJECT_ROOT / "docs/runbooks").glob("*.md"))

SERIES = {
    *names(FAMILIES),
    *(one.name for one in FAMILIES),
    *(one.name for one in IMPORTED),
    *(one.name for one in RECORDED),
}
OTHER_WORDS = {
    *(label.name for family in FAMILIES for label in family.labels),
    *(label.name for one in IMPORTED for label in (*one.labels, *one.optional_labels)),
    *(one.name for one in entries()),
    *Tool.model_fields,
    TIER_LABEL,
}
"""Names in the same spelling that are no series: labels, settings, fields of a tool."""
ELSEWHERE = {
    ("CHANGELOG.md", "service:ai_request_errors_per_ai_requests:ratio_rate5m"),
    ("README.md", "tool:ai_errors_per_requests:ratio_rate5m"),
    ("0013-the-compiler-beside-openslo.md", "service:ai_request_errors:rate5m"),
    ("add-a-tool.md", "line_count"),
    ("slo.md", "shop_orders_total"),
}
"""Names of the past, of examples, and of other people's systems."""
PRODUCTS = {"PagerDuty", "OpsConductor", "OpenMetrics", "OpenSLO", "PromQL", "PostgreSQL", "GitHub"}

_CODE = re.compile(r"```[a-z]*\n(.*?)```|`([^`\n]+)`", re.DOTALL)
_SNAKE = re.compile(r"(?<![\w./$-])[a-z][a-z0-9]*(?:[_:][a-z0-9]+)+(?![\w(/=.-])")
_PREFIXES = {re.split("[_:]", name)[0] for name in SERIES}
_SUFFIX = re.compile(r"_(?:total|seconds|bucket|count|sum|ratio|info|bytes|entries|usage)$")


def series_in(document: Path) -> Iterator[str]:
    """Every word in code that is spelled as the name of a series is."""
    for block, span in _CODE.findall(document.read_text(encoding="utf-8")):
        for word in _SNAKE.findall(re.sub(r'"[^"]*"', "", block or span)):
            if ":" in word or _SUFFIX.search(word) or word.split("_")[0] in _PREFIXES:
                yield word


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.name))
def test_every_series_that_is_named_exists(document: Path) -> None:
    """A metric that was renamed is found in every sentence that speaks of it."""
    known = {*SERIES, *OTHER_WORDS, *(word for name, word in ELSEWHERE if name == document.name)}
    assert [word for word in series_in(document) if word not in known] == []


def test_the_exceptions_are_still_needed() -> None:
    """A name that nobody mentions any more is no exception any more."""
    mentioned = {(document.name, word) for document in DOCUMENTS for word in series_in(document)}
    assert mentioned >= ELSEWHERE


@pytest.mark.parametrize("document", RUNBOOKS, ids=lambda path: str(path.stem))
def test_every_alert_that_is_named_exists(document: Path) -> None:
    """A page that sends on to another alert sends to one that there is."""
    text = re.sub(
        r"```.*?```|`[^`\n]+`|\]\([^)]*\)", "", document.read_text("utf-8"), flags=re.DOTALL
    )
    words = set(re.findall(r"\b[A-Z]\w*[a-z][A-Z]\w*", text))
    assert words - set(ALERTS) <= PRODUCTS


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.name))
def test_every_setting_that_is_named_exists(document: Path) -> None:
    """A setting in any document is one that the system would accept."""
    known, tables = {one.key for one in entries()}, {one.section for one in entries()}
    named = re.findall(r"`([a-z]+)\.([a-z_]+)(?: = [^`]+)?`", document.read_text(encoding="utf-8"))
    assert [
        f"{table}.{name}"
        for table, name in named
        if table in tables and f"{table}.{name}" not in known
    ] == []


@pytest.mark.parametrize("document", RUNBOOKS, ids=lambda path: str(path.stem))
def test_the_meaning_repeats_no_figure(document: Path) -> None:
    """Limits and windows stand in the generated parts, where they cannot be forgotten."""
    (meaning,) = re.findall(r"## Meaning\n(.*?)\n## ", document.read_text("utf-8"), re.DOTALL)
    prose = re.sub(r"<!-- generated.*?<!-- end -->", "", meaning, flags=re.DOTALL)
    assert re.findall(r"\d[\d.]* ?(?:%|s|m|h|d|ms|minutes?|hours?|days?)\b", prose) == []


def test_every_reason_that_the_service_answers_for_is_explained() -> None:
    """Whoever sees a reason in a query finds what it means on the page of the alert."""
    for alert in ("AIExecutionErrorRateHigh", "SLOBurnRateFast", "SLOBudgetTrend"):
        page = (PROJECT_ROOT / f"docs/runbooks/{alert}.md").read_text(encoding="utf-8")
        explained = re.findall(r"^- `(\w+)`: \w.{20,}", page, re.MULTILINE)
        assert explained[: len(SERVICE_REASONS)] == list(SERVICE_REASONS)


def test_every_family_has_its_section_in_the_reference() -> None:
    """Name, type and every process that exposes it are looked up in one place."""
    page = (PROJECT_ROOT / "docs/reference/metrics.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^### (\w+)\n(.*?)(?=^##|\Z)", page, re.MULTILINE | re.DOTALL))
    for families in EXPOSED.values():
        for family in families:
            section = sections[family.name]
            assert family.help in section
            assert f"A {family.kind}" in section
            assert f"{family.budget} in the budget" in section
            assert all(f"`{label.name}` = " in section for label in family.labels)


def test_every_alert_has_its_section_in_the_reference() -> None:
    """Its rule as generated, its limit and its runbook are looked up in one place."""
    page = (PROJECT_ROOT / "docs/reference/alerts.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))
    assert list(sections) == list(ALERTS)
    for alert, section in sections.items():
        assert f"../runbooks/{alert}.md" in section
        assert "```promql\n" in section
        assert f"opsconductor prove --alert {alert}" in section
