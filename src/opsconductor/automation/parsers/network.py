"""Reads what ping prints."""

import re

from opsconductor.automation.outcome import Findings, Finished, Scalar, ToolFailure
from opsconductor.contract import Reason

_COUNTS = re.compile(r"(\d+) packets transmitted, (\d+)(?: packets)? received")
_TIMES = re.compile(r"= ([\d.]+)/([\d.]+)/([\d.]+)")


def ping(finished: Finished) -> Findings:
    """`ping` of iputils or BusyBox: counts and round-trip times; no answer at all is a failure."""
    text = "\n".join(finished.stdout)
    counts = _COUNTS.search(text)
    if not counts:
        raise ToolFailure(Reason.UPSTREAM_ERROR, finished.complaint or "ping printed no counts")
    sent, received = int(counts[1]), int(counts[2])
    facts: dict[str, Scalar] = {
        "host": finished.arguments["host"],
        "reachable": received > 0,
        "sent": sent,
        "received": received,
        "loss_percent": round(100 * (sent - received) / sent) if sent else 100,
    }
    times = _TIMES.search(text)
    if times:
        facts |= {
            "minimum_ms": float(times[1]),
            "average_ms": float(times[2]),
            "maximum_ms": float(times[3]),
        }
    if not received:
        raise ToolFailure(
            Reason.UPSTREAM_ERROR,
            f"{finished.arguments['host']} answered none of {sent} pings",
            Findings(facts),
        )
    return Findings(facts)
