"""What the design of this system estimated, to be held against what is measured."""

from dataclasses import dataclass
from typing import Final

from opsconductor.objectives import DAY


@dataclass(frozen=True, slots=True)
class Estimate:
    """Services, series, samples a second, bytes; `stated` where the design has the row itself."""

    factor: int
    services: int
    series: int
    samples_a_second: float
    bytes_a_day: float
    stated: bool

    @property
    def bytes_a_sample(self) -> float:
        """What the estimate comes to for one sample."""
        return self.bytes_a_day / (self.samples_a_second * DAY)


TOOLS: Final = 20
SERVICES, SERIES, RATE, BYTES_A_DAY = 2, 500, 30.0, 100e6
SAMPLES_A_DAY, TOTAL, RETENTION = 3e6, 1.5e9, 15 * DAY
"""Of the design as it stands: about 20 tools, 3 million samples a day and 1.5 GB in 15 days."""
FACTORS: Final = (1, 10, 100, 10_000)
STATED: Final = (1, 10)

ESTIMATES: Final = tuple(
    Estimate(
        factor,
        SERVICES * factor,
        SERIES * factor,
        RATE * factor,
        BYTES_A_DAY * factor,
        factor in STATED,
    )
    for factor in FACTORS
)
"""The design's two rows, and its step from the first to the second carried on."""
