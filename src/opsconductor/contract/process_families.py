"""What every process tells of itself, under the names that all of Prometheus' client libraries use.

Where the system does not tell, as without `/proc`, a family is absent. Virtual memory is left out:
nothing that an operator does depends on it.
"""

from opsconductor.contract.family import Family
from opsconductor.contract.vocabulary import PROCESSES

_ELSEWHERE = ("prometheus", "alertmanager")

RESIDENT_MEMORY = Family(
    name="process_resident_memory_bytes",
    exposed_by=PROCESSES,
    elsewhere=_ELSEWHERE,
    kind="gauge",
    help="Memory that the process holds in RAM.",
    unit="bytes",
    budget=1,
)
CPU = Family(
    name="process_cpu_seconds_total",
    exposed_by=PROCESSES,
    elsewhere=_ELSEWHERE,
    kind="counter",
    help="Processor time that the process used, its own and the kernel's for it.",
    unit="seconds",
    budget=1,
)
OPEN_FDS = Family(
    name="process_open_fds",
    exposed_by=PROCESSES,
    elsewhere=_ELSEWHERE,
    kind="gauge",
    help="File descriptors that the process has open, sockets included.",
    budget=1,
)
MAX_FDS = Family(
    name="process_max_fds",
    exposed_by=PROCESSES,
    elsewhere=_ELSEWHERE,
    kind="gauge",
    help="The most file descriptors that the process may have open.",
    budget=1,
)
START_TIME = Family(
    name="process_start_time_seconds",
    exposed_by=PROCESSES,
    elsewhere=_ELSEWHERE,
    kind="gauge",
    help="When the process started, in seconds since 1970.",
    unit="seconds",
    budget=1,
)
