"""The colours of error reasons, the same on every board."""

from collections.abc import Mapping

from opsconductor.contract import Reason

REASON_COLOURS: Mapping[str, str] = {
    Reason.TIMEOUT: "orange",
    Reason.CANCELLED: "yellow",
    Reason.UPSTREAM_ERROR: "purple",
    Reason.BAD_GATEWAY: "dark-purple",
    Reason.UNAVAILABLE: "dark-orange",
    Reason.INTERNAL: "dark-red",
    Reason.VALIDATION: "light-blue",
    Reason.TOOL_NOT_FOUND: "blue",
    Reason.DENIED: "dark-blue",
    Reason.APPROVAL_REQUIRED: "super-light-blue",
}
"""Warm where the service is answerable, blue where the caller is."""
