"""What tests of every room share: the async backend, free ports, Prometheus and Alertmanager."""

import os
import random
import socket
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, settings

from opsconductor.settings import load
from opsconductor.stack.programs import Programs, locate

# Machines are shared and busy: how long an example takes says nothing of the code.
settings.register_profile(
    "untimed", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("untimed")

FreePorts = Callable[[int], list[int]]

FIRST_PORT, PORTS_PER_WORKER = 12_000, 2_000
"""Below the range that the kernel takes outgoing connections' ports from, a part for each worker
of a parallel run, so that a port found free stays free until the test listens on it."""


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Async tests run on asyncio, as the services do."""
    return "asyncio"


@pytest.fixture(scope="session")
def free_ports() -> FreePorts:
    """Ports on loopback that nobody listens on; each is given out once."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first = FIRST_PORT + worker % 10 * PORTS_PER_WORKER
    candidates = random.sample(range(first, first + PORTS_PER_WORKER), PORTS_PER_WORKER)

    def take(count: int) -> list[int]:
        found: list[int] = []
        while len(found) < count:
            port = candidates.pop()
            if _is_free(port):
                found.append(port)
        return found

    return take


@pytest.fixture(scope="session")
def programs() -> Programs:
    """Prometheus, promtool, Alertmanager and amtool: this machine's, or unpacked once for all."""
    return locate(load(), print)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
