"""Full-text search over the catalogue: SQLite FTS5 or PostgreSQL tsvector.

A query's words are stemmed, matched as prefixes and joined with OR; the best match comes first.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, text

from opsconductor.automation.store.database import Database
from opsconductor.automation.store.record import clean
from opsconductor.automation.store.schema import tools

MAX_WORDS = 24
_SHORTEST_PREFIX = 3
"""A shorter word has to match as a whole: "is" is no prefix of "issuer"."""
_URL = re.compile(r"\b([a-z][a-z0-9+.\-]*)://\S*")
_VALUE = re.compile(r"(?<!\S)[/~]\S+|\S*\w[.@]\w\S*")
"""A path, host, address or file name: a value for a parameter, which says little of the tool."""
_WORD = re.compile(r"[^\W_]+")
_COMMON_WORDS = """
a about all am an and any are as at be been can could did do does doing for from get give had has
have how i if in is it its just let like me much many my now of on or our out please right shall
should show so some tell than that the their them there these they this those to was we were what
when where which who why will with would you your
"""
_STOP_WORDS = frozenset(_COMMON_WORDS.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedTool:
    """What the index keeps of a tool."""

    key: str
    name: str
    short_desc: str
    platform: str
    tags: Sequence[str]
    examples: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A tool that was found; `score` is between 0 and 1, higher is better."""

    key: str
    name: str
    short_desc: str
    platform: str
    tags: Sequence[str]
    score: float


class ToolIndex:
    """The searchable catalogue. Every method raises `StoreUnavailableError`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._search = _SEARCHES[database.dialect]
        self._index = _INDEXES[database.dialect]

    async def replace(self, catalogue: Sequence[IndexedTool]) -> None:
        """Make these the searchable tools."""

        def work(connection: Connection) -> None:
            connection.execute(text("DELETE FROM tool_search"))
            connection.execute(delete(tools))
            if not catalogue:
                return
            connection.execute(
                insert(tools),
                [
                    {
                        "key": tool.key,
                        "name": clean(tool.name),
                        "short_desc": clean(tool.short_desc),
                        "platform": tool.platform,
                        "tags": json.dumps(list(tool.tags)),
                    }
                    for tool in catalogue
                ],
            )
            connection.execute(
                text(self._index),
                [
                    {
                        "key": tool.key,
                        "name": clean(f"{tool.key.replace('_', ' ')} {tool.name}"),
                        "description": clean(tool.short_desc),
                        "tags": clean(" ".join(tool.tags)),
                        "examples": clean("\n".join(tool.examples)),
                    }
                    for tool in catalogue
                ],
            )

        await self._database.write(work)

    async def search(self, query: str, platforms: Sequence[str], k: int) -> list[Match]:
        """The `k` best tools for the query, on these platforms if any are given."""
        terms = words(query)
        statement = text(self._search.format(platforms=_platform_clause(platforms)))
        values = {f"platform_{number}": name for number, name in enumerate(platforms)}
        values["query"] = _EXPRESSIONS[self._database.dialect](terms)

        def work(connection: Connection) -> list[Match]:
            rows = connection.execute(statement, {**values, "k": k})
            return [
                Match(
                    key=row.key,
                    name=row.name,
                    short_desc=row.short_desc,
                    platform=row.platform,
                    tags=json.loads(row.tags),
                    score=round(row.rank / (row.rank + 1), 4),
                )
                for row in rows
            ]

        # Without a word to search for the database still answers, so that an outage is noticed.
        return await self._database.read(work)


def words(query: str) -> list[str]:
    """The words that a query is searched by: lower case, distinct, and those that tell most.

    Of an address only the scheme is kept. A query of nothing but values and common words is
    searched by all of them.
    """
    text = query.lower()
    found = list(dict.fromkeys(_WORD.findall(text)))
    spoken = _WORD.findall(_VALUE.sub(" ", _URL.sub(r"\1", text)))
    telling = [word for word in dict.fromkeys(spoken) if word not in _STOP_WORDS]
    return (telling or found)[:MAX_WORDS]


def _fts5(terms: Sequence[str]) -> str:
    # Each word is quoted, so that none can be an operator of the query language.
    return (
        " OR ".join(f'"{term}"' + ("*" if len(term) >= _SHORTEST_PREFIX else "") for term in terms)
        or '""'
    )


def _tsquery(terms: Sequence[str]) -> str:
    return " | ".join(
        f"'{term}'" + (":*" if len(term) >= _SHORTEST_PREFIX else "") for term in terms
    )


def _platform_clause(platforms: Sequence[str]) -> str:
    if not platforms:
        return ""
    names = ", ".join(f":platform_{number}" for number in range(len(platforms)))
    return f"AND tools.platform IN ({names})"


_EXPRESSIONS = {"sqlite": _fts5, "postgresql": _tsquery}
# The weights say: a word in the name tells most, then tags, examples, description.
_SEARCHES = {
    "sqlite": (
        "SELECT tools.*, -bm25(tool_search, 0, 8.0, 2.0, 5.0, 4.0) AS rank "
        "FROM tool_search JOIN tools ON tools.key = tool_search.key "
        "WHERE tool_search MATCH :query {platforms} ORDER BY rank DESC, tools.key LIMIT :k"
    ),
    "postgresql": (
        "SELECT tools.*, 10 * ts_rank('{{0.2, 0.4, 0.5, 0.8}}', document, query) AS rank "
        "FROM to_tsquery('opsconductor', :query) AS query, tool_search "
        "JOIN tools ON tools.key = tool_search.key "
        "WHERE document @@ query {platforms} ORDER BY rank DESC, tools.key LIMIT :k"
    ),
}
_INDEXES = {
    "sqlite": (
        "INSERT INTO tool_search (key, name, description, tags, examples) "
        "VALUES (:key, :name, :description, :tags, :examples)"
    ),
    "postgresql": (
        "INSERT INTO tool_search (key, document) VALUES (:key, "
        "setweight(to_tsvector('opsconductor', :name), 'A') || "
        "setweight(to_tsvector('opsconductor', :tags), 'B') || "
        "setweight(to_tsvector('opsconductor', :examples), 'C') || "
        "setweight(to_tsvector('opsconductor', :description), 'D'))"
    ),
}
