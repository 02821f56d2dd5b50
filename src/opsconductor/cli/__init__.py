"""The command line: puts the rooms together, and is the only place that chooses exit codes."""

import sys

from opsconductor.cli.app import app


def main() -> None:
    """Run `opsconductor`. What is expected to go wrong ends in a line of text and an exit code."""
    try:
        app()
    except Exception as error:
        # It knows the errors of every room; a command that goes well has no need of them.
        from opsconductor.cli.expected_errors import explain  # noqa: PLC0415

        text, code = explain(error)
        if text is None:
            raise
        sys.stderr.write(f"{text}\n")
        sys.exit(code)
