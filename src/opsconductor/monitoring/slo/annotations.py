"""Our annotations on an SLO: what OpenSLO v1 cannot say."""

from collections.abc import Mapping
from typing import Final

PREFIX: Final = "opsconductor.io/"

BURN_TIERS: Final = f"{PREFIX}burn-tiers"
"""`default`, `none`, or a JSON list of tiers."""
ABSENT: Final = f"{PREFIX}indicator-absent"
"""`alert` (the default) or `ignore`, for series that are born with the first event."""
BREAKDOWN: Final = f"{PREFIX}breakdown"
"""A label by which the base window is recorded besides, such as `tool`."""
BUDGET_OVER: Final = f"{PREFIX}budget-over"
"""`period` (the default), or `retention`: the budget covers what is kept of a longer period."""
RUNBOOK: Final = f"{PREFIX}runbook-url"
"""The page that every alert of the SLO links to, in place of one for each alert's name."""
COUNTING_MISTAKES: Final = f"{PREFIX}indicator-counting-caller-mistakes"
"""The SLI that stands in where `alerting.count_caller_mistakes` is on."""

KNOWN: Mapping[str, str] = {
    BURN_TIERS: "`default`, `none`, or a JSON list of tiers",
    ABSENT: "`alert` or `ignore`",
    BREAKDOWN: "a label",
    BUDGET_OVER: "`period` or `retention`",
    RUNBOOK: "an address",
    COUNTING_MISTAKES: "the name of an SLI",
}
"""Every annotation of ours, and what it takes."""
