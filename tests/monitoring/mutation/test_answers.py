"""promtool's words, read as values."""

import pytest

from opsconductor.monitoring.mutation.answers import AnswerError, Fired, answers

PRINTED = """\
    name: first,
    alertname: A, time: 1m, 
        exp:[
            0:
              Labels:{alertname="A", never="x"}
              Annotations:{}
            ], 
        got:[]
    name: first,
    alertname: A, time: 1d4h1m30s, 
        exp:[
            0:
              Labels:{alertname="A", never="x"}
              Annotations:{}
            ], 
        got:[
            0:
              Labels:{alertname="A", severity="warning", x="1"}
              Annotations:{d="two\\nlines }]", summary="v \\"q\\" 2, 1"},
            1:
              Labels:{alertname="A", severity="warning", x="2"}
              Annotations:{}
            ]
    expr: "a:b / 3", time: 5m,
        exp: {never="x"} 0E+00
        got: {x="1"} 6.666666666666666E-01, {x="2, {"} 1E+00, {} NaN
    expr: "gone", time: 5m,
        exp: {never="x"} 0E+00
        got: nil
    rule: A_mutant3, time: 30s, err: many-to-many matching not allowed
"""  # noqa: W291  as promtool prints it


def test_alerts_are_read_with_labels_and_annotations() -> None:
    """What fires at an instant is read whole; what was expected is not mixed in."""
    found = answers(PRINTED)
    assert found.alerts["A", 60] == ()
    one = Fired(
        frozenset({("severity", "warning"), ("x", "1")}),
        frozenset({("d", "two\nlines }]"), ("summary", 'v "q" 2, 1')}),
    )
    other = Fired(frozenset({("severity", "warning"), ("x", "2")}), frozenset())
    assert found.alerts["A", 100_890] == (one, other)


def test_samples_and_errors_are_read() -> None:
    """Numbers, label values with odd characters, nothing at all, and rules that failed."""
    found = answers(PRINTED)
    samples = found.samples["a:b / 3", 300]
    assert samples[frozenset({("x", "1")})] == pytest.approx(2 / 3)
    assert samples[frozenset({("x", "2, {")})] == 1
    assert samples[frozenset()] != samples[frozenset()]
    assert found.samples["gone", 300] == {}
    assert found.errors == {"A_mutant3": "many-to-many matching not allowed"}


@pytest.mark.parametrize(
    "printed",
    [
        "  something new",
        "    alertname: A, time: 1m, \n        exp:[\n",
        '    expr: "a", time: 1m,\n x\n y',
    ],
)
def test_what_is_not_understood_is_an_error(printed: str) -> None:
    """An answer that is misread would be a verdict made up."""
    with pytest.raises(AnswerError):
        answers(printed)
