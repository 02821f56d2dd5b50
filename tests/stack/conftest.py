"""Real programs and whole systems for slow tests."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from tests.stack.packages import Chromium, chromium_program, postgres_programs
from tests.stack.postgres import Postgres
from tests.stack.system import Sections, System

from opsconductor.settings import load
from opsconductor.stack.programs import Programs

FreePorts = Callable[[int], list[int]]
MakeSystem = Callable[..., System]


@pytest.fixture
def make_system(
    tmp_path_factory: pytest.TempPathFactory, free_ports: FreePorts, programs: Programs
) -> Iterator[MakeSystem]:
    """Makes systems with the given sections of settings; each is stopped at the test's end."""
    with ExitStack() as stack:

        def make(sections: Sections | None = None) -> System:
            made = _system(tmp_path_factory, free_ports, sections or {})
            stack.callback(made.down)
            return made

        yield make


@pytest.fixture(scope="module")
def system(
    tmp_path_factory: pytest.TempPathFactory, free_ports: FreePorts, programs: Programs
) -> Iterator[System]:
    """A running system without demo traffic, shared by the tests of a module."""
    made = _system(tmp_path_factory, free_ports, {})
    made.up()
    yield made
    made.down()


def _system(
    tmp_path_factory: pytest.TempPathFactory, free_ports: FreePorts, sections: Sections
) -> System:
    folder = tmp_path_factory.mktemp("system")
    return System(folder, free_ports(9), sections, load().packages)


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory, free_ports: FreePorts) -> Iterator[Postgres]:
    """A running PostgreSQL server."""
    server = Postgres(postgres_programs(), tmp_path_factory.mktemp("postgres"), free_ports(1)[0])
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Chromium:
    """A browser to drive: executable, arguments, environment."""
    return chromium_program(tmp_path_factory.mktemp("chromium"))
