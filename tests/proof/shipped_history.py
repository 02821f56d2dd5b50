"""Four hours in which everything goes wrong once, so that every rule of ours fires."""

from collections.abc import Callable

from tests.proof.samples import climbing

from opsconductor.contract import PROBES, SERVICE_REASONS
from opsconductor.contract.families import (
    AI_REQUEST_DURATION,
    AI_REQUEST_ERRORS,
    AI_REQUESTS,
    LABEL_OVERFLOW,
    PIPELINE_REQUESTS,
    SELECTOR_REQUEST_DURATION,
    SELECTOR_REQUEST_ERRORS,
    SELECTOR_REQUESTS,
)
from opsconductor.monitoring.targets import JOBS

STEP = 30
STEPS = 4 * 120
SERVED = 'service="automation-service", job="automation-service", instance="127.0.0.1:3003"'
COUNTED = (
    *(each.name for each in (AI_REQUESTS, AI_REQUEST_ERRORS, PIPELINE_REQUESTS)),
    *(each.name for each in (SELECTOR_REQUESTS, SELECTOR_REQUEST_ERRORS)),
    f"{SELECTOR_REQUEST_DURATION.name}_count",
)
"""What the indicators count; without it they are absent."""
PIPELINE = 'service="ai-pipeline", job="ai-pipeline", instance="127.0.0.1:3004"'

Load = Callable[[int], float | None]
"""A value for each step, of which there are two in a minute."""


def over(load: Load) -> list[float | None]:
    """The load at every step."""
    return [load(number) for number in range(STEPS)]


def between(first: int, last: int, inside: float, outside: float) -> Load:
    """`inside` from minute `first` to minute `last`."""
    return lambda number: inside if first * 2 <= number < last * 2 else outside


def missing(first: int, last: int, load: Load) -> Load:
    """No sample from minute `first` to minute `last`."""
    return lambda number: None if first * 2 <= number < last * 2 else load(number)


def histogram(
    name: str, bounds: tuple[float, ...], slow: Load, labels: str
) -> dict[str, list[float | None]]:
    """A duration that is 20 ms, or 8 s for `slow` of ten observations."""
    series = {f"{name}_count{{{labels}}}": climbing(over(lambda _: 10))}
    for bound in (*bounds, float("inf")):
        le = "+Inf" if bound == float("inf") else str(bound)

        def within(number: int, bound: float = bound) -> float:
            late = slow(number) or 0
            return (10 - late) * (bound >= 0.02) + late * (bound >= 8)

        series[f'{name}_bucket{{{labels}, le="{le}"}}'] = climbing(over(within))
    return series


def history() -> dict[str, list[float | None]]:
    """Every series that the shipped rules read."""
    outage = between(40, 150, 1, 0)
    silence = between(180, 210, 1, 0)
    series: dict[str, list[float | None]] = {}
    for tool, share in (("echo", 0.6), ("ping", 0.02)):

        def failed(number: int, share: float = share) -> float:
            return 0 if silence(number) else 20 * share * (outage(number) or 0)

        def succeeded(number: int, share: float = share) -> float:
            return 0 if silence(number) else 20 - failed(number, share)

        of = f'tool="{tool}", {SERVED}'
        series[f'{AI_REQUESTS.name}{{status="success", {of}}}'] = climbing(over(succeeded))
        series[f'{AI_REQUESTS.name}{{status="error", {of}}}'] = climbing(over(failed))
        for reason in SERVICE_REASONS:
            load = failed if reason == "internal" else between(0, 0, 0, 0)
            series[f'{AI_REQUEST_ERRORS.name}{{reason="{reason}", {of}}}'] = climbing(over(load))
    series |= histogram(
        AI_REQUEST_DURATION.name, AI_REQUEST_DURATION.buckets, between(40, 110, 10, 0), SERVED
    )
    series |= histogram(
        SELECTOR_REQUEST_DURATION.name,
        SELECTOR_REQUEST_DURATION.buckets,
        between(40, 110, 10, 0),
        SERVED,
    )
    for family, labels, bad in (
        (PIPELINE_REQUESTS, PIPELINE, 4),
        (SELECTOR_REQUESTS, SERVED, 1),
    ):
        for status in family.labels[0].values:
            errors = between(40, 150, bad, 0)
            answered = between(40, 150, 20 - bad, 20)
            name = f'{family.name}{{status="{status}", {labels}}}'
            series[name] = climbing(over(errors if status == "error" else answered))
    unanswered = climbing(over(between(40, 150, 1, 0)))
    series[f'{SELECTOR_REQUEST_ERRORS.name}{{reason="unavailable", {SERVED}}}'] = unanswered
    series = {
        name: over(missing(210, 228, values.__getitem__)) if name.startswith(COUNTED) else values
        for name, values in series.items()
    }
    counters = {
        f"selector_db_errors_total{{{SERVED}}}": between(90, 95, 1, 0),
        f'{LABEL_OVERFLOW.name}{{family="{AI_REQUESTS.name}", label="tool", {SERVED}}}': between(
            100, 102, 1, 0
        ),
        f"selector_cache_evictions_total{{{SERVED}}}": between(100, 115, 600, 3),
        'prometheus_rule_evaluation_failures_total{rule_group="g"}': between(20, 30, 1, 0),
        'prometheus_notifications_errors_total{alertmanager="a"}': between(30, 40, 1, 0),
        'alertmanager_notifications_failed_total{integration="slack"}': between(70, 80, 1, 0),
    }
    series |= {name: climbing(over(load)) for name, load in counters.items()}
    for probe in PROBES:
        load = missing(180, 200, between(120, 130, 5, 0))
        series[f'canary_requests_total{{probe="{probe}", status="error"}}'] = climbing(over(load))
        load = missing(180, 200, between(120, 130, 1, 6))
        series[f'canary_requests_total{{probe="{probe}", status="success"}}'] = climbing(over(load))
    for number, (job, service) in enumerate(JOBS.items()):
        target = f'job="{job}", service="{service}", instance="{job}:1"'
        up = missing(140, 152, between(10 + 5 * number, 14 + 5 * number, 0, 1))
        series[f"up{{{target}}}"] = over(up)
        series[f"scrape_samples_scraped{{{target}}}"] = over(between(20, 45, 9000, 50))
    series["prometheus_notifications_alertmanagers_discovered"] = over(between(160, 170, 0, 1))
    series['stack_disk_free_ratio{path="/"}'] = over(between(210, 222, 0.05, 0.5))
    return series
