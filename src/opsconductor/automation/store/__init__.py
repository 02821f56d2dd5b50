"""The service's database: executions with their log lines, audit records, the tool index.

SQLite in the state folder by default, PostgreSQL where `DATABASE_URL` says so. All SQL is here.
"""

from opsconductor.automation.store.audit import AuditLog as AuditLog
from opsconductor.automation.store.database import Database as Database
from opsconductor.automation.store.database import StoreUnavailableError as StoreUnavailableError
from opsconductor.automation.store.executions import ExecutionStore as ExecutionStore
from opsconductor.automation.store.instances import InstanceStore as InstanceStore
from opsconductor.automation.store.record import End as End
from opsconductor.automation.store.record import Execution as Execution
from opsconductor.automation.store.record import Filter as Filter
from opsconductor.automation.store.record import LogLine as LogLine
from opsconductor.automation.store.record import RunStatus as RunStatus
from opsconductor.automation.store.schema import prepare as prepare
from opsconductor.automation.store.tool_index import IndexedTool as IndexedTool
from opsconductor.automation.store.tool_index import Match as Match
from opsconductor.automation.store.tool_index import ToolIndex as ToolIndex
