"""The command line: puts the rooms together, and is the only place that chooses exit codes."""

import sys

from opsconductor.cli.app import app
from opsconductor.cli.errors import explain


def main() -> None:
    """Run `opsconductor`. What is expected to go wrong ends in a line of text and an exit code."""
    try:
        app()
    except Exception as error:
        text, code = explain(error)
        if text is None:
            raise
        sys.stderr.write(f"{text}\n")
        sys.exit(code)
