"""`python -m opsconductor.demo`: sends demo traffic until SIGTERM."""

import asyncio
import signal
import sys
from contextlib import suppress

from opsconductor import telemetry
from opsconductor.demo.requests import Schedule, ordinary_requests
from opsconductor.demo.traffic import Traffic
from opsconductor.settings import Settings, SettingsError, load


def main() -> int:
    """Send; the exit code is 2 for settings that cannot be used."""
    try:
        settings = load()
    except SettingsError as error:
        print(error, file=sys.stderr)  # noqa: T201  before there is a log
        return 2
    telemetry.configure("demo", settings.logging.level)
    log = telemetry.logger(__name__)
    if settings.environment != "development" or not settings.demo.enabled:
        log.info("demo traffic is off; it runs in development, with demo.enabled = true")
        return 0
    log.info("demo traffic begins", requests_per_second=settings.demo.requests_per_second)
    asyncio.run(_until_told_to_stop(settings))
    return 0


async def _until_told_to_stop(settings: Settings) -> None:
    traffic = asyncio.create_task(Traffic(settings, Schedule(ordinary_requests(settings))).run())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, traffic.cancel)
    with suppress(asyncio.CancelledError):
        await traffic


if __name__ == "__main__":
    sys.exit(main())
