"""The colours of error reasons, the same on every board."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle

from opsconductor.contract import CALLER_REASONS, SERVICE_REASONS, Reason

_WARM = (
    "orange", "yellow", "purple", "dark-purple", "dark-orange", "dark-red",
    "red", "light-orange", "light-purple", "light-red",
)  # fmt: skip
_BLUE = ("light-blue", "blue", "dark-blue", "super-light-blue", "semi-dark-blue")


def _coloured(reasons: Sequence[Reason], colours: Sequence[str]) -> Iterator[tuple[Reason, str]]:
    # A colour twice is better than a reason that Grafana gives another one on each board.
    return zip(reasons, cycle(colours), strict=False)


REASON_COLOURS: Mapping[str, str] = dict(
    (*_coloured(SERVICE_REASONS, _WARM), *_coloured(CALLER_REASONS, _BLUE))
)
"""Warm where the service is answerable, blue where the caller is."""
