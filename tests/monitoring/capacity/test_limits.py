"""Where one server ends: each limit holds at its number of services, and not at one more."""

from dataclasses import replace

import pytest
from tests.monitoring.capacity.conftest import Make

from opsconductor.monitoring.capacity.limits import BOUNDS, growth
from opsconductor.monitoring.capacity.model import Model
from opsconductor.monitoring.capacity.plan import plan
from opsconductor.monitoring.capacity.report import advice, limit_rows, notes


def test_a_limit_holds_up_to_its_services_and_not_beyond(make: Make, lines: Model) -> None:
    """The number is the last that fits, and the series are those that so many services have."""
    given = make()
    seen = 0
    for limit in growth(given, lines).limits:
        if not limit.services:
            continue
        seen += 1
        last, beyond = (
            plan(replace(given, services=limit.services + more), lines) for more in (0, 1)
        )
        most = limit.bound.most(given)
        assert limit.bound.figure(last) <= most < limit.bound.figure(beyond)
        assert last.series == limit.series
    assert seen >= 3


def test_the_first_dividing_limit_tells_how_many_servers(make: Make, lines: Model) -> None:
    """Twice as many services as fit need two servers, and one more needs three."""
    first = growth(make(), lines).first
    assert first is not None
    assert first.services
    assert growth(make(services=first.services), lines).shards == 1
    assert growth(make(services=2 * first.services), lines).shards == 2
    assert growth(make(services=2 * first.services + 1), lines).shards == 3


def test_more_memory_carries_more_services(make: Make, lines: Model) -> None:
    """The limit of memory moves with the machine's."""
    (at,) = (n for n, one in enumerate(BOUNDS) if one.name == "memory")
    small, large = (growth(make(memory=gib * 2**30), lines).limits[at] for gib in (8, 32))
    assert small.services
    assert large.services
    assert large.services > 3 * small.services


def test_a_machine_that_fits_nothing_is_told(make: Make, lines: Model) -> None:
    """256 MiB hold no service: no number of servers helps, and the advice says so."""
    given = make(memory=2**28, services=10)
    told = growth(given, lines)
    if told.shards is None:
        assert "larger" in " ".join(advice(plan(given, lines), told))
    else:
        assert told.shards > 1


def test_advice_follows_the_number_of_servers(make: Make, lines: Model) -> None:
    """One is enough, some are federated, very many are a clustered store; replicas are shown."""
    first = growth(make(), lines).first
    assert first is not None
    assert first.services

    def said(**given: float) -> str:
        asked = make(**given)
        return " ".join(advice(plan(asked, lines), growth(asked, lines)))

    assert "one Prometheus is enough" in said()
    assert "federation" in said(services=3 * first.services)
    assert "Mimir" in said(services=20 * first.services)
    assert "2 replicas" in said(replicas=2)


def test_the_nearest_limit_is_listed_first(make: Make, lines: Model) -> None:
    """What the reader meets first stands on top, with every bound in the list."""
    found = growth(make(), lines)
    rows = limit_rows(found)
    assert len(rows) == len(BOUNDS)
    nearest = min(found.limits, key=lambda one: 10**12 if one.services is None else one.services)
    assert nearest.bound.says in {row[1] for row in rows[:2]}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"tools": 80}, "16 tools share 'other'"),
        ({"services": 1}, "without ai-pipeline"),
        ({"services": 20_000}, "extrapolated"),
    ],
)
def test_notes_say_what_the_figures_rest_on(
    make: Make, lines: Model, given: dict[str, float], says: str
) -> None:
    """Shared labels, a missing pipeline and extrapolation are said."""
    assert says in " ".join(notes(plan(make(**given), lines), lines))
    assert notes(plan(make(), lines), lines) == []
