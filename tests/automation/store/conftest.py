"""A prepared SQLite database in the test's folder."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from opsconductor.automation.store import Database, prepare


@pytest.fixture
def database_file(tmp_path: Path) -> Path:
    """Where the database is."""
    return tmp_path / "state" / "automation.sqlite3"


@pytest.fixture
async def database(database_file: Path) -> AsyncIterator[Database]:
    """The database, created and prepared."""
    opened = Database(f"sqlite:///{database_file}")
    opened.create_file()
    await opened.write(prepare)
    yield opened
    await opened.close()
