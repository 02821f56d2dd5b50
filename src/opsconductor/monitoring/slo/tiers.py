"""Which burn tiers an SLO has: ours for its period, none, or its own."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from opsconductor.monitoring.durations import duration
from opsconductor.monitoring.slo.shorthand import Shorthand, shorthand
from opsconductor.objectives import BURN_TIERS, PERIOD, BurnTier, Severity

BY_TIER: Mapping[str, BurnTier] = {tier.tier: tier for tier in BURN_TIERS}
CALLS = frozenset({Severity.CRITICAL, Severity.WARNING})


class TiersError(ValueError):
    """The tiers cannot be used; the text says why."""


def _duration(value: object) -> object:
    return shorthand(value) if isinstance(value, str) else value


class WrittenTier(BaseModel):
    """A tier in the annotation: what is left out is that of our tier of the same name."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    tier: Literal["fast", "slow", "ticket", "trend"]
    burn: Annotated[float, Field(gt=0)] | None = None
    long: Annotated[Shorthand | None, BeforeValidator(_duration)] = None
    short: Annotated[Shorthand | None, BeforeValidator(_duration)] = None
    hold: Annotated[Shorthand | None, BeforeValidator(_duration)] = Field(None, alias="for")
    severity: Literal["critical", "warning", "info"] | None = None

    def over(self, period: int) -> BurnTier:
        """The tier for a period in seconds."""
        like = BY_TIER[self.tier]
        long = self.long.seconds if self.long else like.long_window
        return BurnTier(
            alert=like.alert,
            factor=self.burn or round(like.budget_share * period / long, 6),
            long_window=long,
            short_window=self.short.seconds if self.short else like.short_window,
            hold=self.hold.seconds if self.hold else like.hold,
            severity=Severity(self.severity) if self.severity else like.severity,
            tier=self.tier,
        )


_WRITTEN = TypeAdapter(list[WrittenTier])


@dataclass(frozen=True, slots=True)
class Unfirable:
    """A tier that no error ratio can reach."""

    tier: BurnTier
    budget: float

    def __str__(self) -> str:
        """Both figures, and what to do."""
        ratio = self.tier.factor * self.budget
        return (
            f"{self.tier.alert} can never fire: a burn of {self.tier.factor:g} times the budget "
            f"of {self.budget:g} is an error ratio of {ratio:.4g}, and none is above 1; raise the "
            f"target, or give the tier a burn below {1 / self.budget:.4g}"
        )


def default_tiers(period: int, factors: Mapping[str, float] | None = None) -> tuple[BurnTier, ...]:
    """Our tiers for a period in seconds; `factors` replaces the factor of an alert of 30 days.

    The factor is the share of the budget times the period over the long window. Below 1 the budget
    would last: a tier that calls somebody is left out then, and one that writes a ticket is raised
    to 1. A tier whose long window is longer than the period is left out.
    """
    chosen = factors or {}
    found = []
    for like in BURN_TIERS:
        factor = round(like.budget_share * period / like.long_window, 6)
        if like.long_window > period or (factor < 1 and like.severity in CALLS):
            continue
        if like.alert in chosen:
            factor = round(chosen[like.alert] * period / PERIOD, 6)
        else:
            factor = max(factor, 1)
        found.append(replace(like, factor=factor))
    return tuple(found)


def tiers(
    written: str | None, period: int, factors: Mapping[str, float] | None = None
) -> tuple[BurnTier, ...]:
    """The tiers that the annotation asks for. Raises `TiersError`."""
    text = (written or "default").strip()
    if text == "none":
        return ()
    if text == "default":
        found = default_tiers(period, factors)
        if not found:
            raise TiersError(
                f"no burn tier of ours fits a period of {duration(period)}: over their windows of "
                "an hour and more the budget would last; write tiers of your own, or none"
            )
        return found
    return _own(text, period)


def unfirable(found: Sequence[BurnTier], budget: float) -> list[Unfirable]:
    """The tiers that can never fire against a budget, 0 to 1."""
    return [Unfirable(tier, budget) for tier in found if tier.factor * budget >= 1]


def _own(text: str, period: int) -> tuple[BurnTier, ...]:
    try:
        written = _WRITTEN.validate_python(json.loads(text))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise TiersError(f"{where}: {first['msg'].removeprefix('Value error, ')}") from None
    except (ValueError, RecursionError):
        raise TiersError("write default, none, or a JSON list of tiers") from None
    found = tuple(one.over(period) for one in written)
    if not found:
        raise TiersError("an empty list has no tier; write none if that is meant")
    if len({tier.tier for tier in found}) < len(found):
        raise TiersError("each of fast, slow, ticket and trend stands at most once")
    for tier in found:
        if not tier.short_window < tier.long_window <= period:
            raise TiersError(
                f"{tier.tier}: the short window has to be shorter than the long one, and the long "
                f"one not longer than the period of {duration(period)}"
            )
    return found
