"""The database of records comes to its form by itself, once, and says why it can't be used."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from qa.records.database import Database, DatabaseGone
from qa.records.keys import Scope, create_key, read_keys
from qa.records.models import Base
from qa.settings import Settings

# Threads open databases of their own, one after another, while one of Alembic's modules is read from a slow disk.
SLOW_START = """
import sys, time
from concurrent.futures import ThreadPoolExecutor
from qa.records.database import Database
from qa.records.keys import read_keys

class SlowDisk:
    def find_spec(self, name, *_):
        if name == "alembic.op":
            time.sleep(1)

def read(number):
    time.sleep(number * 0.2)
    return len(read_keys(Database(f"sqlite:///{sys.argv[1]}/{number}.sqlite")))

sys.meta_path.insert(0, SlowDisk())
with ThreadPoolExecutor(8) as threads:
    print(sum(threads.map(read, range(8))))
"""


def test_migrations_lead_to_the_models(database: Database) -> None:
    """After all migrations the tables are those of the models."""
    with database.session() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})

        assert compare_metadata(context, Base.metadata) == []


def test_several_may_open_an_empty_database_at_once(url: str) -> None:
    """Only one of those that start together makes the tables; the others wait for it."""
    with ThreadPoolExecutor(8) as threads:
        keys = list(threads.map(lambda number: create_key(Database(url), str(number), [Scope.ASK])[0], range(8)))

    assert read_keys(Database(url)).keys() == {key.id for key in keys}


def test_two_databases_may_be_opened_at_once(tmp_path: Path) -> None:
    """Threads that make the tables of different databases do not come in each other's way."""
    urls = [f"sqlite:///{tmp_path}/{number}.sqlite" for number in range(8)]
    with ThreadPoolExecutor(len(urls)) as threads:
        assert list(threads.map(lambda url: len(read_keys(Database(url))), urls)) == [0] * len(urls)


@pytest.mark.process
def test_databases_may_be_opened_while_a_server_starts(tmp_path: Path) -> None:
    """Threads that open the first databases of a process at once all can, however long the first one takes."""
    environment = os.environ | {"PYTHONPATH": ":".join(sys.path)}
    command = [sys.executable, "-c", SLOW_START, str(tmp_path)]

    assert subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout == "0\n"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("postgresql://ana:secret@127.0.0.1:9/records", "127.0.0.1"),
        ("mysql://ana:secret@127.0.0.1/records", "WAYMARK_DATABASE"),
        ("secret", "parse"),
        ("sqlite:////proc/secret/records.sqlite", "No such file"),
    ],
)
def test_a_database_that_can_not_be_used_is_gone(url: str, reason: str) -> None:
    """Whatever is wrong with it, one error says what, without a password."""
    with pytest.raises(DatabaseGone, match=reason) as gone:
        read_keys(Database(url))

    assert "ana:secret" not in str(gone.value)


def test_a_database_of_a_newer_version_is_gone(database: Database, url: str) -> None:
    """Who went back to an older version is told so, and keeps what is in the tables."""
    create_key(database, "ours", [Scope.ASK])
    with database.session() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'of tomorrow'"))

    with pytest.raises(DatabaseGone, match="newer version"):
        read_keys(Database(url))
    assert len(read_keys(database)) == 1


def test_errors_hold_no_values(database: Database) -> None:
    """What was to be stored is in no error, since logs hold no words of questions."""
    with pytest.raises(DatabaseGone) as gone, database.session() as session:
        session.execute(text("INSERT INTO nowhere VALUES (:words)"), {"words": "Who pays?"})

    assert "Who pays?" not in f"{gone.value} {gone.value.__cause__}"


def test_the_file_is_the_operators_alone(tmp_path: Path) -> None:
    """Others on the machine can't read the file of SQLite."""
    file = tmp_path / "folder" / "records.sqlite"
    read_keys(Database(f"sqlite:///{file}"))

    assert file.stat().st_mode & 0o777 == 0o600


def test_a_missing_driver_is_named_with_the_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who sets an address of PostgreSQL is told how its driver is installed."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    url = Settings(database="postgresql://localhost/waymark").database_url

    with (
        pytest.raises(DatabaseGone, match=r"WAYMARK_DATABASE needs another package; .*'\.\[postgresql\]'"),
        Database(url).session(),
    ):
        pass
