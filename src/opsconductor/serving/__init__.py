"""What every HTTP server of ours has at its edge: body limit, trace, metrics, start and stop."""

from opsconductor.serving.body_limit import BodyLimit as BodyLimit
from opsconductor.serving.metrics_page import metrics_page as metrics_page
from opsconductor.serving.probe_marker import PROBE_HEADER as PROBE_HEADER
from opsconductor.serving.probe_marker import probe_of as probe_of
from opsconductor.serving.process import run as run
from opsconductor.serving.server import serve as serve
from opsconductor.serving.trace_context import TraceMiddleware as TraceMiddleware
