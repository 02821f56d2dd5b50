"""Exit codes of every command."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What a shell script can rely on; listed in `opsconductor --help`."""

    OK = 0
    FAILED = 1
    USAGE = 2
    NOT_RUNNING = 3
    NEEDS_ANSWER = 4


EXIT_CODES = """\
Exit codes: 0 done and well; 1 it failed, or something is not well; 2 wrong use or wrong settings;
3 the system is not running; 4 the request needs an answer first, or matches no tool."""
