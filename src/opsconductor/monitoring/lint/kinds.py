"""Every kind of finding there is."""

from collections.abc import Mapping

from opsconductor.monitoring.lint import (
    dashboards,
    expressions,
    reading_kinds,
    rules,
    slos,
    suppression,
)
from opsconductor.monitoring.lint.finding import Kind

KINDS: tuple[Kind, ...] = (
    *reading_kinds.KINDS,
    *expressions.KINDS,
    *rules.KINDS,
    *dashboards.KINDS,
    *slos.KINDS,
    *suppression.KINDS,
)
BY_ID: Mapping[str, Kind] = {kind.id: kind for kind in sorted(KINDS, key=lambda kind: kind.id)}
