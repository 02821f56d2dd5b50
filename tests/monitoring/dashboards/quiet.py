"""Panels that are rightly without data on a healthy system, each with its reason.

That each of them can show something is proven in tests/rules/test_quiet_panels.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Quiet:
    """Why the panel is empty, and series that it would show: name with labels to values."""

    reason: str
    series: Mapping[str, str]


_MODEL = 'gen_ai_operation_name="chat",gen_ai_provider_name="x",gen_ai_request_model="m"'
_SLO = 'service="automation-service",slo="execution-success"'

QUIET: Mapping[tuple[str, str], Quiet] = {
    ("Pipeline", "Stage Errors (by stage and reason)"): Quiet(
        "no stage fails",
        {'pipeline_stage_errors_total{stage="execute",reason="unavailable"}': "0+1x40"},
    ),
    ("Pipeline", "Operation Duration (P50/P95/P99)"): Quiet(
        "no language model is configured",
        {
            f'gen_ai_client_operation_duration_seconds_bucket{{{_MODEL},le="0.64"}}': "0+1x40",
            f'gen_ai_client_operation_duration_seconds_bucket{{{_MODEL},le="+Inf"}}': "0+2x40",
        },
    ),
    ("Pipeline", "Tokens (by model and type)"): Quiet(
        "no language model is configured",
        {f'gen_ai_client_token_usage_sum{{{_MODEL},gen_ai_token_type="input"}}': "0+90x40"},
    ),
    ("SLO", "Firing Alerts of Objectives"): Quiet(
        "no alert fires",
        {f'ALERTS{{alertname="SLOBurnRateFast",alertstate="firing",{_SLO}}}': "1x40"},
    ),
    ("Stack", "Label Overflow"): Quiet(
        "every label value fits its policy",
        {'telemetry_label_overflow_total{family="ai_requests_total",label="tool"}': "0+1x40"},
    ),
}
"""By the titles of board and panel."""
