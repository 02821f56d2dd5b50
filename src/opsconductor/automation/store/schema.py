"""Tables, and how they come to be.

Times are microseconds since the epoch, UTC. Ids are up to 64 characters.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    insert,
    select,
    text,
)

VERSION = 1
ID_LENGTH = 64
NAME_LENGTH = 128

metadata = MetaData()

schema_version = Table("schema_version", metadata, Column("version", Integer, primary_key=True))

instances = Table(
    "instances",
    metadata,
    Column("id", String(ID_LENGTH), primary_key=True),
    Column("host", String(400), nullable=False),
    Column("pid", Integer, nullable=False),
    Column("pid_started", Double, nullable=False),
    Column("heartbeat_at", BigInteger, nullable=False),
)

executions = Table(
    "executions",
    metadata,
    Column("id", String(ID_LENGTH), primary_key=True),
    Column("trace_id", String(ID_LENGTH), nullable=False, index=True),
    Column("principal", String(ID_LENGTH), nullable=False),
    Column("instance", String(ID_LENGTH), nullable=False),
    Column("tool", String(NAME_LENGTH), nullable=False),
    Column("params", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("reason", String(32)),
    Column("message", Text),
    Column("output", Text),
    Column("exit_code", Integer),
    Column("truncated", Boolean, nullable=False, default=False),
    Column("redacted", Boolean, nullable=False, default=False),
    Column("started_at", BigInteger, nullable=False, index=True),
    Column("finished_at", BigInteger, index=True),
    Column("duration_ms", Double),
    Index("ix_executions_status_started_at", "status", "started_at"),
    Index("ix_executions_tool_started_at", "tool", "started_at"),
)

log_lines = Table(
    "log_lines",
    metadata,
    Column(
        "execution_id",
        String(ID_LENGTH),
        ForeignKey("executions.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("number", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("stream", String(16), nullable=False),
    Column("text", Text, nullable=False),
)

audit_records = Table(
    "audit_records",
    metadata,
    Column("id", String(ID_LENGTH), primary_key=True),
    Column("trace_id", String(ID_LENGTH), nullable=False, index=True),
    Column("principal", String(ID_LENGTH), nullable=False),
    Column("at", BigInteger, nullable=False, index=True),
    Column("record", Text, nullable=False),
)

tools = Table(
    "tools",
    metadata,
    Column("key", String(NAME_LENGTH), primary_key=True),
    Column("name", Text, nullable=False),
    Column("short_desc", Text, nullable=False),
    Column("platform", String(32), nullable=False, index=True),
    Column("tags", Text, nullable=False),
)

_SEARCH = {
    "sqlite": (
        """CREATE VIRTUAL TABLE IF NOT EXISTS tool_search USING fts5(
               key UNINDEXED, name, description, tags, examples, tokenize='porter unicode61')""",
    ),
    "postgresql": (
        # English stems without its stop words: in "is it up?" the last word tells most.
        """DO $$ BEGIN
           IF NOT EXISTS (SELECT FROM pg_ts_config WHERE cfgname = 'opsconductor') THEN
               CREATE TEXT SEARCH DICTIONARY opsconductor_stem
                   (TEMPLATE = snowball, LANGUAGE = english);
               CREATE TEXT SEARCH CONFIGURATION opsconductor (COPY = pg_catalog.english);
               ALTER TEXT SEARCH CONFIGURATION opsconductor ALTER MAPPING
                   FOR asciiword, asciihword, hword_asciipart, word, hword, hword_part
                   WITH opsconductor_stem;
           END IF; END $$""",
        """CREATE TABLE IF NOT EXISTS tool_search (
               key varchar(128) PRIMARY KEY REFERENCES tools (key) ON DELETE CASCADE,
               document tsvector NOT NULL)""",
        "CREATE INDEX IF NOT EXISTS ix_tool_search_document ON tool_search USING gin (document)",
    ),
}
_ADVISORY_LOCK = 7_226_001
"""Any number, the same in every instance: makes their schema creation take turns."""


class SchemaVersionError(Exception):
    """The database was written by a newer version of this program."""


def prepare(connection: Connection) -> None:
    """Create what is missing. Raises `SchemaVersionError` for a newer database."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
    schema_version.create(connection, checkfirst=True)
    found = connection.execute(select(schema_version.c.version)).scalar()
    if found is not None and found > VERSION:
        raise SchemaVersionError(
            f"the database has schema version {found} and this program knows {VERSION}; "
            "run the newer program, or give this one another database"
        )
    metadata.create_all(connection, checkfirst=True)
    for statement in _SEARCH[connection.dialect.name]:
        connection.execute(text(statement))
    if found is None:
        connection.execute(insert(schema_version).values(version=VERSION))
