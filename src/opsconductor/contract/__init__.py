"""The metrics contract: what every process exposes, declared once as typed data.

A family's name, type, labels, allowed label values, buckets, help and series budget are written
here and nowhere else: instruments are made from it, rules and dashboards name series through it,
and documents are generated from it.
"""

from opsconductor.contract import families as families
from opsconductor.contract import process_families as process_families
from opsconductor.contract import recorded as recorded
from opsconductor.contract.family import Family as Family
from opsconductor.contract.family import Label as Label
from opsconductor.contract.reason import CALLER_REASONS as CALLER_REASONS
from opsconductor.contract.reason import SERVICE_REASONS as SERVICE_REASONS
from opsconductor.contract.reason import Reason as Reason
from opsconductor.contract.recorded import RECORDED as RECORDED
from opsconductor.contract.recorded import Recorded as Recorded
from opsconductor.contract.registry import BY_NAME as BY_NAME
from opsconductor.contract.registry import EXPOSED as EXPOSED
from opsconductor.contract.registry import FAMILIES as FAMILIES
from opsconductor.contract.registry import IMPORTED as IMPORTED
from opsconductor.contract.registry import Imported as Imported
from opsconductor.contract.registry import expected as expected
from opsconductor.contract.registry import names as names
from opsconductor.contract.registry import series_at as series_at
from opsconductor.contract.registry import worst_case as worst_case
from opsconductor.contract.vocabulary import AUTOMATION as AUTOMATION
from opsconductor.contract.vocabulary import CANARY as CANARY
from opsconductor.contract.vocabulary import CONSOLE as CONSOLE
from opsconductor.contract.vocabulary import MONITORING as MONITORING
from opsconductor.contract.vocabulary import OTHER as OTHER
from opsconductor.contract.vocabulary import PIPELINE as PIPELINE
from opsconductor.contract.vocabulary import PLATFORMS as PLATFORMS
from opsconductor.contract.vocabulary import PROBES as PROBES
from opsconductor.contract.vocabulary import PROCESSES as PROCESSES
from opsconductor.contract.vocabulary import STAGES as STAGES
from opsconductor.contract.vocabulary import SUPERVISOR as SUPERVISOR
from opsconductor.contract.vocabulary import UNKNOWN as UNKNOWN
from opsconductor.contract.vocabulary import Status as Status
