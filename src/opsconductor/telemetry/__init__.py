"""Instruments from the contract, the metrics page, trace context and JSON logs."""

from opsconductor.telemetry import trace as trace
from opsconductor.telemetry.exposition import Exposition as Exposition
from opsconductor.telemetry.instruments import BoundCounter as BoundCounter
from opsconductor.telemetry.instruments import BoundGauge as BoundGauge
from opsconductor.telemetry.instruments import BoundHistogram as BoundHistogram
from opsconductor.telemetry.instruments import Counter as Counter
from opsconductor.telemetry.instruments import Gauge as Gauge
from opsconductor.telemetry.instruments import Histogram as Histogram
from opsconductor.telemetry.instruments import Telemetry as Telemetry
from opsconductor.telemetry.logs import REDACTED as REDACTED
from opsconductor.telemetry.logs import configure as configure
from opsconductor.telemetry.logs import logger as logger
from opsconductor.telemetry.logs import redact as redact
from opsconductor.telemetry.logs import redact_text as redact_text
from opsconductor.telemetry.trace import TraceContext as TraceContext
