"""Whether the system is there: endpoints, the black-box path, and users."""

from collections.abc import Mapping

from opsconductor.contract import AUTOMATION, MONITORING, PIPELINE, PROBES, Status
from opsconductor.contract.families import AI_REQUESTS, CANARY_REQUESTS
from opsconductor.monitoring.durations import duration
from opsconductor.monitoring.numbers import percent
from opsconductor.monitoring.rules.rule import AlertingRule
from opsconductor.monitoring.rules.rule_settings import RuleSettings
from opsconductor.monitoring.rules.signal import Signal
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
    up = target_up(given, job)
    return given.alert(
        DOWN,
        expr=f"{up.condition}\nor\nabsent({up.expr})",
        service=service,
        job=job,
        summary=f"{job}: the metrics endpoint is down",
        description=(
            f"Prometheus cannot scrape {job}"
            "{{ if $labels.instance }} at {{ $labels.instance }}{{ else }}: no such target{{ end }}"
            ". What this endpoint would tell is unknown until it answers."
        ),
    )


def target_up(given: RuleSettings, job: str) -> Signal:
    """Whether the last scrape of the job's target succeeded."""
    return Signal(DOWN, f'up{{job="{job}"}}', "<", given.threshold(DOWN).limit)


def probe_failures(given: RuleSettings, probe: str) -> Signal:
    """The failed share of a probe."""
    window, of = probe_window(given), f'probe="{probe}"'
    failed = f'{CANARY_REQUESTS.name}{{{of}, status="{Status.ERROR}"}}'
    share = f"sum(rate({failed}[{window}]))\n/\nsum(rate({CANARY_REQUESTS.name}{{{of}}}[{window}]))"
    return Signal(CANARY, share, ">", given.threshold(CANARY).limit)


def probes(given: RuleSettings) -> Signal:
    """Probes that ended in the window; none is a canary that does not probe."""
    ended = f"sum(increase({CANARY_REQUESTS.name}[{probe_window(given)}]))"
    return Signal(CANARY, ended, "==", 0)


def requests(given: RuleSettings) -> Signal:
    """Users' requests in the window."""
    asked = f"sum(increase({AI_REQUESTS.name}[{given.window(SILENCE)}]))"
    return Signal(SILENCE, asked, "<=", given.threshold(SILENCE).limit)


def probe_window(given: RuleSettings) -> str:
    """The window over probes: a few rounds long, however far a drill scales it down."""
    nominal, settings = given.threshold(CANARY).window, given.settings
    rounds = ROUNDS_IN_A_WINDOW * settings.canary.interval_seconds
    return duration(max(given.scale.seconds(nominal), rounds))


def _probe(given: RuleSettings, probe: str) -> AlertingRule:
    window = probe_window(given)
    return given.alert(
        CANARY,
        expr=probe_failures(given, probe).condition,
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
    window = probe_window(given)
    return given.alert(
        CANARY,
        expr=f"{probes(given).condition}\nor\nabsent({CANARY_REQUESTS.name})",
        service=MONITORING,
        job="canary",
        summary="The canary does not probe",
        description=(
            f"No probe ended in the last {window}: nobody checks the running path from outside."
        ),
    )


def _no_requests(given: RuleSettings) -> AlertingRule:
    window = given.window(SILENCE)
    return given.alert(
        SILENCE,
        expr=f"{requests(given).condition}\nor\nabsent({AI_REQUESTS.name})",
        service=AUTOMATION,
        summary=f"{AUTOMATION}: no user request arrives",
        description=(
            f"No user asked for a tool run in the last {window}; the canary's probes are not "
            "counted. Idle users, or a request path that is broken before the service."
        ),
    )
