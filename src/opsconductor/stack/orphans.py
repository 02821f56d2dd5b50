"""Whatever a killed service leaves behind comes to the supervisor, which ends it.

A service that dies at once cannot stop what it started. On Linux a process can ask to become the
parent of its descendants' orphans; then they are found as children that it never started.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Collection

import psutil

PR_SET_CHILD_SUBREAPER = 36
"""From linux/prctl.h."""


class Orphans:
    """The orphans that come to this process from now on; children that it has already are not."""

    def __init__(self) -> None:
        if sys.platform == "linux":
            ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        self._before = {child.pid for child in psutil.Process().children()}

    def end(self, known: Collection[int] = ()) -> list[int]:
        """Kill and reap every child that is not `known`, with its descendants; returns pids."""
        ended = []
        for child in psutil.Process().children():
            if child.pid in known or child.pid in self._before:
                continue
            try:
                for member in (*child.children(recursive=True), child):
                    member.send_signal(signal.SIGKILL)
            except psutil.NoSuchProcess:
                pass  # it ended by itself meanwhile; reaped below
            try:
                os.waitpid(child.pid, 0)
            except ChildProcessError:
                continue
            ended.append(child.pid)
        return ended
