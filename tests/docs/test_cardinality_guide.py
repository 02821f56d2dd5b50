"""The guide on cardinality: its tables and messages are the code's."""

import re

import pytest

from opsconductor.cli.capacity_inputs import measurements
from opsconductor.contract import Family, Label, families
from opsconductor.contract.identifying import INSTEAD, identifying_name
from opsconductor.monitoring.capacity.model import model
from opsconductor.settings import PROJECT_ROOT, Settings

GUIDE = (PROJECT_ROOT / "docs/cardinality.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (an? [^|]+|[a-z ]+) \| (`[^|]+) \| ([^|]+) \|$", GUIDE, re.MULTILINE)


def test_every_kind_of_label_that_is_refused_has_its_row() -> None:
    """With what to do instead, in the words of the error."""
    assert {kind: instead for kind, _, instead in ROWS} == dict(INSTEAD)


@pytest.mark.parametrize(("kind", "named"), [(kind, named) for kind, named, _ in ROWS])
def test_the_names_of_a_row_are_refused_for_that_reason(kind: str, named: str) -> None:
    """Nobody is told of a policy that is none."""
    names = re.findall(r"`(\w+)`", named)
    assert len(names) > 3
    assert {identifying_name(name) for name in names} == {kind}


def test_the_error_of_the_guide_is_the_one_that_comes() -> None:
    """Both numbers, and the labels that make the first."""
    requests = families.AI_REQUESTS
    with pytest.raises(ValueError, match="budget") as told:
        Family(
            name=requests.name,
            exposed_by=requests.exposed_by,
            kind="counter",
            help=requests.help,
            labels=(requests.labels[0], Label("tool", limit=199)),
            budget=requests.budget,
        )
    assert str(told.value) in " ".join(GUIDE.split())


def test_the_figures_of_the_guide_are_in_use() -> None:
    """The setting exists, and is off; a sample takes what the saving is reckoned with."""
    measured = model(measurements()).bytes_a_sample["ordinary"]
    assert Settings().prometheus.drop_unused_metrics is False
    assert "`prometheus.drop_unused_metrics = true`" in GUIDE
    assert f"{measured:.2f} bytes a sample" in " ".join(GUIDE.split())
