"""Recording and alerting rules, made from the contract, the objectives and the settings."""

from opsconductor.monitoring.rules.groups import alert_expressions as alert_expressions
from opsconductor.monitoring.rules.groups import alert_names as alert_names
from opsconductor.monitoring.rules.groups import groups as groups
from opsconductor.monitoring.rules.groups import rules_document as rules_document
