"""Reads what systemctl prints."""

from opsconductor.automation.outcome import Findings, Finished, ToolFailure
from opsconductor.contract import Reason


def systemctl_show(finished: Finished) -> Findings:
    """`systemctl show`: a service that does not run is an answer, one that is unknown a failure."""
    service = finished.arguments["service"]
    properties = dict(line.split("=", maxsplit=1) for line in finished.stdout if "=" in line)
    if properties["LoadState"] == "not-found":
        raise ToolFailure(Reason.UPSTREAM_ERROR, f"systemd knows no service {service}")
    return Findings(
        {
            "service": service,
            "unit": properties["Id"],
            "description": properties["Description"],
            "active": properties["ActiveState"] == "active",
            "state": properties["ActiveState"],
            "sub_state": properties["SubState"],
            "main_pid": int(properties["MainPID"]) or None,
            "since": properties["ActiveEnterTimestamp"] or None,
        }
    )
