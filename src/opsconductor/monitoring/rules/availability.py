"""Whether the system is there: endpoints, the black-box path, and users."""

from collections.abc import Mapping

from opsconductor.contract import AUTOMATION, MONITORING, PIPELINE, PROBES, Status
from opsconductor.contract.families import AI_REQUESTS, CANARY_REQUESTS
from opsconductor.monitoring.durations import duration
from opsconductor.monitoring.numbers import percent
from opsconductor.monitoring.rules.rule import AlertingRule
from opsconductor.monitoring.rules.rule_settings import RuleSettings
from opsconductor.monitoring.targets import JOBS

DOWN, CANARY, SILENCE = "MetricsEndpointDown", "CanaryFailing", "NoRequestsReceived"

ROUNDS_IN_A_WINDOW = 4
"""The canary is judged by at least so many rounds of probes."""

PROBED: Mapping[str, str] = {
    "pipeline": PIPELINE,
    "execute": AUTOMATION,
    "selector": AUTOMATION,
}
"""Which service each of the canary's probes asks."""


def alerts(given: RuleSettings) -> tuple[AlertingRule, ...]:
    """Endpoints per job, the canary per probe, and users' silence."""
    return (
        *(_down(given, job, service) for job, service in JOBS.items()),
        *(_probe(given, probe) for probe in PROBES),
        _no_probe(given),
        _no_requests(given),
    )


def _down(given: RuleSettings, job: str, service: str) -> AlertingRule:
    """`up == 0` alone would miss a target that vanished from the configuration."""
    up = f'up{{job="{job}"}}'
    return given.alert(
        DOWN,
        expr=f"{up} < {given.limit(DOWN)}\nor\nabsent({up})",
        service=service,
        job=job,
        summary=f"{job}: the metrics endpoint is down",
        description=(
            f"Prometheus cannot scrape {job}"
            "{{ if $labels.instance }} at {{ $labels.instance }}{{ else }}: no such target{{ end }}"
            ". What this endpoint would tell is unknown until it answers."
        ),
    )


def _probe_window(given: RuleSettings) -> str:
    """The window over probes: a few rounds long, however far a drill scales it down."""
    nominal, settings = given.threshold(CANARY).window, given.settings
    rounds = ROUNDS_IN_A_WINDOW * settings.canary.interval_seconds
    return duration(max(given.scale.seconds(nominal), rounds))


def _probe(given: RuleSettings, probe: str) -> AlertingRule:
    window, of = _probe_window(given), f'probe="{probe}"'
    failed = f'{CANARY_REQUESTS.name}{{{of}, status="{Status.ERROR}"}}'
    return given.alert(
        CANARY,
        expr=(
            f"sum(rate({failed}[{window}]))\n/\n"
            f"sum(rate({CANARY_REQUESTS.name}{{{of}}}[{window}])) > {given.limit(CANARY)}"
        ),
        service=PROBED[probe],
        probe=probe,
        summary=f"{PROBED[probe]}: the canary's {probe} probe fails",
        description=(
            f"{{{{ $value | humanizePercentage }}}} of the {probe} probes of the last {window} "
            f"failed; the limit is {percent(given.threshold(CANARY).limit)}. "
            "A user's request would fail too."
        ),
    )


def _no_probe(given: RuleSettings) -> AlertingRule:
    window, series = _probe_window(given), CANARY_REQUESTS.name
    return given.alert(
        CANARY,
        expr=f"sum(increase({series}[{window}])) == 0\nor\nabsent({series})",
        service=MONITORING,
        job="canary",
        summary="The canary does not probe",
        description=(
            f"No probe ended in the last {window}: nobody checks the running path from outside."
        ),
    )


def _no_requests(given: RuleSettings) -> AlertingRule:
    window, series = given.window(SILENCE), AI_REQUESTS.name
    return given.alert(
        SILENCE,
        expr=f"sum(increase({series}[{window}])) <= {given.limit(SILENCE)}\nor\nabsent({series})",
        service=AUTOMATION,
        summary=f"{AUTOMATION}: no user request arrives",
        description=(
            f"No user asked for a tool run in the last {window}; the canary's probes are not "
            "counted. Idle users, or a request path that is broken before the service."
        ),
    )
