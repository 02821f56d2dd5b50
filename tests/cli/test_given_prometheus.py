"""A Prometheus that does not answer is the fault of the address only where somebody gave one."""

import pytest
import typer

from opsconductor.cli.errors import ExitCode
from opsconductor.cli.given_prometheus import answered
from opsconductor.client.errors import UpstreamError
from opsconductor.client.prometheus import PrometheusClient

NOBODY = "http://127.0.0.1:1"


async def asked() -> None:
    """A question to a port at which nobody listens."""
    async with PrometheusClient(NOBODY) as client:
        await client.query("up")


def test_an_address_that_nobody_answers_at_is_wrong_use(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The person is asked about what they typed, not told to start a system."""
    with pytest.raises(typer.Exit) as ended:
        answered(asked(), NOBODY)
    assert ended.value.exit_code == ExitCode.USAGE
    assert "Is the address of --prometheus right?" in capsys.readouterr().err


def test_our_own_that_does_not_answer_is_a_system_that_is_down() -> None:
    """Nobody gave an address, so none can be wrong."""
    with pytest.raises(UpstreamError) as raised:
        answered(asked(), None)
    assert raised.value.reason == "unreachable"
