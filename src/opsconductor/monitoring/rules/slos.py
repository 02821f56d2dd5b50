"""Our own objectives: the compiler's groups, with the settings' thresholds and scale in them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from opsconductor.monitoring.rules.rule import Group
from opsconductor.monitoring.rules.rule_settings import RuleSettings
from opsconductor.objectives import DAY
from opsconductor.settings import SettingsError

if TYPE_CHECKING:
    from opsconductor.monitoring.slo.promise import Options

EXECUTION_SUCCESS = "execution-success"
"""The SLO whose record AIExecutionErrorRateHigh reads as well, by service and by tool."""
WHERE = "alerting.slo_dir"


def options(given: RuleSettings) -> "Options":
    """What the settings say to the compiler."""
    from opsconductor.monitoring.slo.promise import Options  # noqa: PLC0415  with the parser

    settings = given.settings
    return Options(
        interval=settings.prometheus.rule_interval_seconds,
        retention=settings.prometheus.retention_days * DAY,
        scale=given.scale,
        factors=given.limits.factors,
        runbooks=given.runbook_url(""),
        count_caller_mistakes=settings.alerting.count_caller_mistakes,
    )


def groups(given: RuleSettings, texts: Mapping[str, str]) -> tuple[Group, ...]:
    """One group an objective. Raises `SettingsError` with file and line of all that is wrong.

    A system whose objectives are half there would be silent about the other half, so nothing is
    left out here.
    """
    # Imported here: the PromQL parser costs memory, and whoever imports the rules' names
    # does not compile.
    from opsconductor.monitoring.slo.compiler import compiled  # noqa: PLC0415
    from opsconductor.monitoring.slo.problem import UNFIRABLE  # noqa: PLC0415

    found = compiled(texts, options(given))
    for one in found.problems:
        for alert in given.limits.factors:
            if one.code == UNFIRABLE and alert in one.what:
                raise SettingsError(f"alerting.thresholds.{alert}: {one}")
    if found.problems:
        raise SettingsError("\n".join(f"{WHERE}: {one}" for one in found.problems))
    success = [one for one in found.promises if one.slo == EXECUTION_SUCCESS]
    if not (len(success) == 1 and success[0].breakdown == "tool"):
        raise SettingsError(
            f"{WHERE}: AIExecutionErrorRateHigh reads the SLO {EXECUTION_SUCCESS} with one "
            "objective and the annotation opsconductor.io/breakdown: tool; it is not there"
        )
    return found.groups
