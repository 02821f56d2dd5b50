"""Why a request ended with an error, and who is answerable for it."""

from enum import StrEnum
from typing import Self


class Answerable(StrEnum):
    """Who has to do something about an error."""

    CALLER = "caller"
    SERVICE = "service"


class Reason(StrEnum):
    """Why a request ended with an error: the label's value, and all there is to say of it.

    `meaning` says in Markdown what happened, for the documents, and `advice` what the caller can
    do; it is empty where the error itself says so. Dashboards give colours in this order.
    """

    answerable: Answerable
    meaning: str
    advice: str

    def __new__(cls, value: str, answerable: Answerable, meaning: str, advice: str) -> Self:
        """A string with what else is declared beside it."""
        reason = str.__new__(cls, value)
        reason._value_ = value
        reason.answerable, reason.meaning, reason.advice = answerable, meaning, advice
        return reason

    VALIDATION = (
        "validation",
        Answerable.CALLER,
        "the request or a parameter is not what it must be.",
        "Correct the value and ask again.",
    )
    TOOL_NOT_FOUND = (
        "tool_not_found",
        Answerable.CALLER,
        "no tool has that name.",
        "The tool was removed meanwhile; ask again.",
    )
    DENIED = (
        "denied",
        Answerable.CALLER,
        "the tool may not do this with these parameters, such as read that path.",
        "Ask about a place that the tool may look at.",
    )
    APPROVAL_REQUIRED = (
        "approval_required",
        Answerable.CALLER,
        "the tool changes something, and nobody approved.",
        "Somebody has to approve this before it runs.",
    )
    TIMEOUT = (
        "timeout",
        Answerable.SERVICE,
        (
            "the tool ran longer than it may. The target is slow, or the tool's `timeout_seconds` "
            "is too low for it."
        ),
        "Ask again, for less if possible.",
    )
    CANCELLED = (
        "cancelled",
        Answerable.SERVICE,
        "somebody cancelled the run, or the service was stopped while it ran.",
        "Ask again if you still want to know.",
    )
    UPSTREAM_ERROR = (
        "upstream_error",
        Answerable.SERVICE,
        (
            "the tool ran and failed: the target is down, refuses, or the program exited with an "
            "error."
        ),
        "Check the target and ask again.",
    )
    BAD_GATEWAY = (
        "bad_gateway",
        Answerable.SERVICE,
        "the service could not reach what the tool runs through, or got nonsense from it.",
        "See whether automation-service is running, and ask again.",
    )
    UNAVAILABLE = (
        "unavailable",
        Answerable.SERVICE,
        (
            "a program or service manager that the tool needs is missing on this machine; the "
            "error says what to install."
        ),
        "",
    )
    INTERNAL = (
        "internal",
        Answerable.SERVICE,
        "a defect of ours, or the process died during the run.",
        "Look at the execution's log lines under its trace id.",
    )


CALLER_REASONS = tuple(one for one in Reason if one.answerable is Answerable.CALLER)
"""The caller's own mistakes: they spend no error budget unless a setting says so."""
SERVICE_REASONS = tuple(one for one in Reason if one.answerable is Answerable.SERVICE)
"""What the service answers for."""
