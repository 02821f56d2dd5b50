"""Go templates: which labels they read, and what is wrong with them."""

import subprocess
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from opsconductor.monitoring.lint.template import template
from opsconductor.stack.programs import Programs

GOOD = {
    "plain text } {": (),
    "{{ $labels.a }} and {{ .Labels.b }}": ("a", "b"),
    "{{$labels.a}}{{- $labels.b -}}": ("a", "b"),
    '{{ $value | humanize }} {{ printf "%.1f}}" $value }}': (),
    '{{ printf `}}` }}{{ "{{" }}': (),
    "{{/* a comment with }} */}}{{ $labels.a }}": ("a",),
    "{{ if $labels.a }}{{ $labels.a }}{{ else }}none{{ end }}": (),
    "{{ if $labels.a }}{{ . }}{{ else if $labels.b }}x{{ end }}": (),
    '{{ range query "up" }}{{ .Labels.x }}{{ .Value }}{{ $labels.y }}{{ end }}': ("y",),
    '{{ range $i, $e := query "up" }}{{ $e.Labels.x }}{{ $i }}{{ end }}': (),
    "{{ $v := $labels.a }}{{ $v | toUpper }}": ("a",),
    '{{ index $labels "a-b" }}': ("a-b",),
    '{{ (query "up" | first).Labels.x }}': (),
    '{{ $labels.a | reReplaceAll "(.*):.*" "$1" }}': ("a",),
    "{{ eq 'x' 'y' }}": (),
    '{{ and (eq $labels.a "b") (gt .Value 1.5e3) }}': ("a",),
}
BAD = (
    "{{ $labels.a }",
    "{{ $labels.a",
    "{{ }}",
    "{{ if $labels.a }}",
    "{{ end }}",
    "{{ else }}",
    "{{ with $labels.a }}{{ else if $labels.b }}{{ end }}",
    "{{ nosuchfunction $value }}",
    "{{ $nosuchvariable }}",
    "{{ $value * 100 }}",
    "{{ (eq 1 2 }}",
    '{{ "a }}',
    "{{/* a comment }}",
    '{{ range query "up" }}',
)


@pytest.mark.parametrize(("text", "labels"), GOOD.items())
def test_a_good_template_has_no_fault_and_its_labels_are_known(
    text: str, labels: tuple[str, ...]
) -> None:
    """Labels that the template first asks for are left out: it copes without them."""
    found = template(text)
    assert found.faults == []
    assert found.labels == set(labels)


@pytest.mark.parametrize("text", BAD)
def test_a_bad_template_has_a_fault(text: str) -> None:
    """Whatever Prometheus would refuse is said."""
    assert template(text).faults


@pytest.mark.parametrize("text", ["{{ .Lables.a }}", "{{ $.Foo }}"])
def test_a_field_that_alerts_do_not_have_is_a_fault(text: str) -> None:
    """Prometheus accepts these and puts an error into the message."""
    assert template(text).faults


def test_promtool_agrees(programs: Programs, tmp_path: Path) -> None:
    """Promtool refuses exactly the templates that are called bad here."""
    for text, good in [*((text, True) for text in GOOD), *((text, False) for text in BAD)]:
        rule = {"alert": "A", "expr": "up", "annotations": {"summary": text}}
        document = {"groups": [{"name": "a", "rules": [rule]}]}
        (tmp_path / "rules.yml").write_text(yaml.safe_dump(document), encoding="utf-8")
        command = [*programs.promtool.command, "check", "rules", "rules.yml"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, timeout=60)
        assert (done.returncode == 0) is good, f"{text}: {done.stderr.decode()}"


@settings(deadline=None)
@given(st.text(alphabet="{}$.-|()\"'`/*= abelnd\\\n", max_size=60) | st.text(max_size=40))
def test_any_text_gives_an_answer(text: str) -> None:
    """No template, however broken, ends in a traceback."""
    template("{{" + text)
    template(text)
