"""`opsconductor version`."""

import platform

import typer

from opsconductor import __version__


def version() -> None:
    """Show the version of OpsConductor and of Python."""
    typer.echo(f"opsconductor {__version__} (Python {platform.python_version()})")
