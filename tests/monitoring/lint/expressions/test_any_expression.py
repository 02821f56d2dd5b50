"""No expression leads the checks to anything but findings."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.monitoring.lint.expressions.label_findings import CONTRACT
from tests.monitoring.promql.grammar import vectors
from tests.monitoring.promql.sample_data import schema, vague_schema

from opsconductor.monitoring.lint import expressions
from opsconductor.monitoring.lint.analysis import analyse
from opsconductor.monitoring.lint.finding import Finding, Position
from opsconductor.monitoring.lint.query import Query, Role
from opsconductor.monitoring.promql.schema import Schema
from opsconductor.monitoring.promql.syntax import PromQLError

SCHEMAS = (schema(), vague_schema(), CONTRACT, Schema({}, "nothing"))


def checked(text: str, role: Role, known: Schema) -> list[Finding] | PromQLError:
    """What every check of expressions finds, or why the text is no expression."""
    query = Query(
        text=text,
        role=role,
        position=Position("rules.yml", 1),
        subject="alert A",
        template_labels=frozenset({"tool", "made"}),
    )
    try:
        return list(expressions.check(analyse(query, known)))
    except PromQLError as error:
        return error


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(vectors(), st.sampled_from(Role), st.sampled_from(SCHEMAS))
def test_every_expression_is_judged(text: str, role: Role, known: Schema) -> None:
    """Whatever is valid PromQL gets findings, each with an explanation of one line."""
    found = checked(text, role, known)
    assert isinstance(found, list), found
    for finding in found:
        assert finding.explanation.isprintable()
        assert finding.advice


@settings(max_examples=300, deadline=None)
@given(
    st.text() | st.binary().map(lambda data: data.decode("latin-1")),
    st.sampled_from(("{}", "sum({})", 'up{{job="{}"}}', 'up{{job=~"{}"}} > 1', "up # {}")),
)
def test_any_text_is_judged_or_refused(text: str, around: str) -> None:
    """Binary garbage, alone or inside an expression, is findings or a PromQLError."""
    found = checked(around.format(text), Role.ALERT, CONTRACT)
    assert isinstance(found, (list, PromQLError))
