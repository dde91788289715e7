"""The tables of the database of records."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, LargeBinary, MetaData, String, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Moment(TypeDecorator[datetime]):
    """A moment in UTC; SQLite would forget the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return what is stored."""
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the stored moment with its zone."""
        return value and (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC))


class Base(DeclarativeBase):
    """The base of all tables; their constraints have names, by which a migration can drop them in SQLite too."""

    metadata = MetaData(naming_convention={"pk": "pk_%(table_name)s", "ix": "ix_%(table_name)s_%(column_0_name)s"})
    type_annotation_map: dict[Any, Any] = {datetime: Moment}  # noqa: RUF012 - SQLAlchemy reads it so


class StaffKey(Base):
    """A key of staff: what it may do, and the SHA-256 of its secret, which itself is kept nowhere."""

    __tablename__ = "keys"

    id: Mapped[str] = mapped_column(String(8), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    scopes: Mapped[list[str]] = mapped_column(JSON)
    created: Mapped[datetime]
    expires: Mapped[datetime | None]
    revoked: Mapped[datetime | None]
    last_used: Mapped[datetime | None]


class Use(Base):
    """How many questions of a day ended so; `with_help` where the help card was shown."""

    __tablename__ = "uses"

    day: Mapped[date] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(String(20), primary_key=True)
    reason: Mapped[str] = mapped_column(String(30), primary_key=True)
    with_help: Mapped[bool] = mapped_column(primary_key=True)
    count: Mapped[int]


class Cited(Base):
    """How many answers of a day cited a document."""

    __tablename__ = "cited"

    day: Mapped[date] = mapped_column(primary_key=True)
    document: Mapped[str] = mapped_column(String(300), primary_key=True)
    count: Mapped[int]


class Unanswered(Base):
    """A question that the documents did not answer, without personal data."""

    __tablename__ = "unanswered"

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(index=True)
    question: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(8))
    generation: Mapped[str] = mapped_column(String(20))


class Feedback(Base):
    """What somebody thought of an answer, without personal data; the question where it was known and may be kept."""

    __tablename__ = "feedback"

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(index=True)
    answer_id: Mapped[str] = mapped_column(String(64))
    is_useful: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(30))
    comment: Mapped[str] = mapped_column(Text)
    question: Mapped[str] = mapped_column(Text)


# What is kept only where that is turned on, and for some time.
RECORDS: tuple[type[Use | Cited | Unanswered | Feedback], ...] = (Use, Cited, Unanswered, Feedback)
