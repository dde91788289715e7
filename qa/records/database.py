"""Open the database of records: an SQLite file, or PostgreSQL by an address.

In: an address of SQLAlchemy. Out: sessions, in which the tables are of today's form.
The tables are made or migrated when a session is first wanted, under a lock of the database itself, so that a server
starts without a database, and several may start together. A connection lives as long as its session: there are few, and
none that went stale while the database was restarted.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session

from embeddings.extras import how_to_install

MIGRATIONS = Path(__file__).with_name("migrations")
WAIT_S = 5  # for a lock or a server; then the database counts as gone
MIGRATION_S = 30  # likewise while the tables are brought to today's form, here or by others before
MIGRATION_LOCK = 0x7761796D61726B  # "waymark", a number that PostgreSQL knows the lock by
_one_migration = Lock()  # in a process: Alembic's `op`, which the steps use, is that of one connection at a time


class DatabaseGone(RuntimeError):
    """The database of records can't be used now; the message says why, without any values."""


class Database:
    """The database at an address; it is opened when it is needed first."""

    def __init__(self, url: str) -> None:
        """Take the address."""
        self._url = url
        self._engine: Engine | None = None

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Yield a session, and commit it in the end. Raises DatabaseGone."""
        try:
            if self._engine is None:
                migrate(self._open(MIGRATION_S))
                self._engine = self._open(WAIT_S)
            with Session(self._engine, expire_on_commit=False) as session, session.begin():
                yield session
        except ImportError as error:
            raise DatabaseGone(f"WAYMARK_DATABASE needs another package; {how_to_install('postgresql')}") from error
        except (OSError, SQLAlchemyError) as error:
            reason = str(error.orig if isinstance(error, DBAPIError) else error).partition("\n")[0]
            raise DatabaseGone(f"the database of records can't be used: {reason}") from error

    def _open(self, wait_s: int) -> Engine:
        url = make_url(self._url)
        dialect = url.get_backend_name()
        connect_args: dict[str, dict[str, Any]] = {
            # The driver of SQLite begins no transaction by itself: see `_begin`.
            "sqlite": {"isolation_level": None, "timeout": wait_s},
            "postgresql": {"connect_timeout": WAIT_S, "options": f"-c statement_timeout={wait_s}s"},
        }
        if dialect not in connect_args:
            raise DatabaseGone("WAYMARK_DATABASE must be sqlite:/// and a path, or postgresql:// and an address")
        if dialect == "sqlite" and url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
            Path(url.database).touch(mode=0o600)
        # Errors would else quote the values that were to be stored.
        engine = create_engine(url, poolclass=NullPool, connect_args=connect_args[dialect], hide_parameters=True)
        if dialect == "sqlite":
            event.listen(engine, "begin", _begin)
        return engine


def migrate(engine: Engine) -> None:
    """Make the tables, or bring them to today's form; wait for another process that is doing so.

    Raises DatabaseGone where a newer version of Waymark has brought them to another form.
    """
    with _one_migration:
        _bring_up_to_date(engine)


def _bring_up_to_date(engine: Engine) -> None:
    # These take half as long to import as all else here. Their modules import one another, so that two threads which
    # import them at once find some half made: no thread does so outside the lock.
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    scripts = ScriptDirectory(MIGRATIONS, version_locations=[MIGRATIONS])
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
        steps = {"fn": lambda revision, _: scripts._upgrade_revs("head", revision)}  # as Alembic's documentation does
        context = MigrationContext.configure(connection, opts=steps)
        try:
            with Operations.context(context):
                context.run_migrations()
        except CommandError as error:
            raise DatabaseGone(
                "the database of records is of a newer version of Waymark; restore its backup"
            ) from error


def _begin(connection: Connection) -> None:
    """Begin as a writer: a reader that turns to writing is refused at once where another writes."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
