"""Contract, objectives and settings become documents: rules, configurations, dashboards. No I/O."""

from opsconductor.monitoring.documents import documents as documents
from opsconductor.monitoring.rules import alert_names as alert_names
