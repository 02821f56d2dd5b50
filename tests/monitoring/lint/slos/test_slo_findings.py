"""Each finding about an OpenSLO document: its bad example has it, and its good one has none."""

import pytest

from opsconductor.monitoring.lint.finding import Finding, Kind
from opsconductor.monitoring.lint.query import Role
from opsconductor.monitoring.lint.slos import KINDS, check
from opsconductor.monitoring.lint.slos.example import TEXT
from opsconductor.monitoring.lint.slos.indicators import queries
from opsconductor.monitoring.slo.documents import read
from opsconductor.monitoring.slo.promise import Options
from opsconductor.objectives import DAY
from opsconductor.settings import Settings
from opsconductor.stack.slo_files import read_slos


def found(text: str) -> list[Finding]:
    """The findings of one file, with samples kept for fifteen days."""
    return list(check(read({"slo.yaml": text}), Options(retention=15 * DAY)))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id)
def test_the_bad_example_has_this_finding_and_no_other(kind: Kind) -> None:
    """A reader of the page sees exactly what it is about."""
    assert {one.kind.id for one in found(kind.bad.text)} == {kind.id}


def test_the_good_example_has_none() -> None:
    """What is right is left alone."""
    assert {kind.good.text for kind in KINDS} == {TEXT}
    assert found(TEXT) == []


def test_our_own_objectives_have_no_finding() -> None:
    """What ships is compiled whole."""
    documents = read(read_slos(Settings().alerting.slo_dir))
    assert list(check(documents, Options(retention=15 * DAY))) == []


def test_a_finding_names_the_line() -> None:
    """Of the target that is out of range, not of the document."""
    (finding,) = found(TEXT.replace("target: 0.99", "target: 1"))
    assert str(finding.position) == "slo.yaml:14"
    assert finding.subject == "SLO pipeline-answers"


def test_the_indicators_queries_are_linted_as_they_are_compiled() -> None:
    """Selectors come wrapped, and each query stands where it is written."""
    both = list(queries(read({"slo.yaml": TEXT}), 30))
    assert [(query.text, query.position.line, query.role) for query in both] == [
        ('rate(pipeline_requests_total{status="error"}[5m])', 27, Role.INDICATOR),
        ("rate(pipeline_requests_total[5m])", 32, Role.INDICATOR),
    ]


@pytest.mark.parametrize(
    ("wrong", "begins"),
    [
        (("target: 0.99", "target: 95%"), "spec.objectives.0.target: is no number"),
        (("apiVersion: openslo/v1", "apiVersion: openslo/v2"), "apiVersion 'openslo/v2'"),
        (("duration: 7d", "duration: 30d"), "The period of 30d is longer"),
    ],
)
def test_a_field_is_named_as_it_is_written(wrong: tuple[str, str], begins: str) -> None:
    """`ApiVersion` is no field: only a word of prose gets a capital."""
    finding, *_ = found(TEXT.replace(*wrong))
    assert finding.explanation.startswith(begins)
