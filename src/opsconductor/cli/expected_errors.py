"""Which known error ends a command with which text and exit code."""

from opsconductor.cli.errors import ExitCode
from opsconductor.cli.file_text import UnreadableFileError
from opsconductor.client.errors import UpstreamError
from opsconductor.monitoring.backtest.error import BacktestError
from opsconductor.monitoring.capacity.error import MeasurementsError
from opsconductor.monitoring.evidence.errors import StaleResultsError
from opsconductor.monitoring.mutation.error import ProofError, RuleFileError
from opsconductor.proof.promtool import BackfillError, PromtoolError
from opsconductor.proof.temporary_prometheus import TemporaryPrometheusError
from opsconductor.settings import SettingsError
from opsconductor.stack.debian_packages import PackagesError
from opsconductor.stack.ports import PortTakenError
from opsconductor.stack.process import StartError
from opsconductor.stack.run_folder import AlreadyRunningError, StateFolderError

_EXPECTED: tuple[tuple[type[Exception], ExitCode], ...] = (
    (SettingsError, ExitCode.USAGE),
    (BacktestError, ExitCode.USAGE),
    (UnreadableFileError, ExitCode.USAGE),
    (PromtoolError, ExitCode.FAILED),
    (RuleFileError, ExitCode.USAGE),
    (ProofError, ExitCode.FAILED),
    (TemporaryPrometheusError, ExitCode.FAILED),
    (PackagesError, ExitCode.FAILED),
    (PortTakenError, ExitCode.FAILED),
    (StartError, ExitCode.FAILED),
    (AlreadyRunningError, ExitCode.FAILED),
    (StateFolderError, ExitCode.FAILED),
    (StaleResultsError, ExitCode.FAILED),
    (MeasurementsError, ExitCode.FAILED),
    (BackfillError, ExitCode.FAILED),
)


def explain(error: Exception) -> tuple[str | None, ExitCode]:
    """The text and exit code of an expected error; no text for one that nobody expected."""
    if isinstance(error, UpstreamError):
        if error.reason == "unreachable":
            return f"{error}\nIs the system running? Start it with 'make up'.", ExitCode.NOT_RUNNING
        return str(error), ExitCode.FAILED
    for kind, code in _EXPECTED:
        if isinstance(error, kind):
            return str(error), code
    return None, ExitCode.FAILED
