"""`python -m opsconductor.cli`, for where the script is not installed."""

from opsconductor.cli import main

main()
