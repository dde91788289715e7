"""Record use and feedback, where the operator has turned that on.

In: answers and votes. Out: rows of the database, written by a thread of its own, so that no answer waits or fails.
Personal data is masked before. A message that showed the help card is counted, and nothing of its words is stored; nor
of those of a follow-up, which continues turns that nobody has judged here. What is lost, since the database is gone or
too slow, is counted.
"""

import logging
import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from queue import Empty, Full, Queue
from threading import Thread
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from qa.answers.answer import Answer, Status
from qa.records.database import Database, DatabaseGone
from qa.records.models import RECORDS, Cited, Feedback, Unanswered, Use
from qa.safety.intake import Intake
from qa.safety.sanitizer import mask

MOST_WAITING = 1000  # records that wait to be written; the next are lost
MOST_KNOWN = 1000  # questions in memory, to which a vote may come
EXPIRED_EVERY_S = 3600.0
CLOSED_S = 2.0  # in which a server that ends writes what waits
INSERTS: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that was given; to a follow-up, where there were turns before it."""

    answer: Answer
    is_follow_up: bool


@dataclass(frozen=True, slots=True)
class Vote:
    """What somebody thought of the answer of an id."""

    answer_id: str
    is_useful: bool
    reason: str = ""
    comment: str = ""


class Recorder:
    """Writes records in a thread. `lost` counts those that could not be written."""

    def __init__(self, database: Database, intake: Intake, days: int) -> None:
        """Take the database, what judges comments, and the days after which records are erased; start the thread."""
        self.lost = 0
        self.database = database
        self._intake = intake
        self._days = days
        self._questions: OrderedDict[str, str] = OrderedDict()  # by the ids of their answers
        self._waiting: Queue[Answered | Vote | None] = Queue(MOST_WAITING)
        self._thread = Thread(target=self._write_all, name="records", daemon=True)
        self._thread.start()

    def record(self, record: Answered | Vote | None) -> None:
        """Have a record written some time soon; None ends the thread."""
        try:
            self._waiting.put_nowait(record)
        except Full:
            self._lose()

    def close(self) -> None:
        """Write what waits, for some time."""
        self.record(None)
        self._thread.join(CLOSED_S)

    def _write_all(self) -> None:
        self._expire()
        expire_at = time.monotonic() + EXPIRED_EVERY_S
        while True:
            try:
                record = self._waiting.get(timeout=max(0.0, expire_at - time.monotonic()))
            except Empty:
                self._expire()
                expire_at = time.monotonic() + EXPIRED_EVERY_S
                continue
            if record is None:
                return
            try:
                with self.database.session() as session:
                    self._write(record, session, datetime.now(UTC).date())
            except Exception as error:
                # The thread goes on whatever it was, and only of a database it is sure that no text is quoted.
                self._lose(str(error) if isinstance(error, DatabaseGone) else type(error).__name__)

    def _expire(self) -> None:
        try:
            expire(self.database, self._days)
        except DatabaseGone as error:
            logger.warning("records are not erased in time: %s", error)

    def _lose(self, reason: str = "too many wait to be written") -> None:
        self.lost += 1
        if self.lost & (self.lost - 1) == 0:  # the 1st, 2nd, 4th, 8th ...
            logger.warning("%d records are lost: %s", self.lost, reason)

    def _write(self, record: Answered | Vote, session: Session, day: date) -> None:
        if isinstance(record, Vote):
            session.add(self._feedback(record, day))
            return
        answer = record.answer
        with_help = answer.help is not None
        _count(session, Use, day=day, status=answer.status, reason=answer.reason, with_help=with_help)
        for document in sorted({citation.document_id for citation in answer.citations}):
            _count(session, Cited, day=day, document=document)
        if with_help or record.is_follow_up:
            return
        question = mask(answer.question)
        self._questions[answer.id] = question
        if len(self._questions) > MOST_KNOWN:
            self._questions.popitem(last=False)
        if answer.status is Status.NO_EVIDENCE:
            generation = answer.provenance.generation
            session.add(Unanswered(day=day, question=question, language=answer.language, generation=generation))

    def _feedback(self, vote: Vote, day: date) -> Feedback:
        is_cry = bool(vote.comment) and self._intake.prepare(vote.comment).help is not None
        return Feedback(
            day=day,
            answer_id=vote.answer_id,
            is_useful=vote.is_useful,
            reason=vote.reason,
            comment="" if is_cry else mask(vote.comment),
            question=self._questions.get(vote.answer_id, ""),
        )


def expire(database: Database, days: int) -> None:
    """Erase the records that are older than some days. Raises DatabaseGone."""
    oldest = datetime.now(UTC).date() - timedelta(days=days)
    with database.session() as session:
        for table in RECORDS:
            session.execute(delete(table).where(table.day < oldest))


def _count(session: Session, table: type[Use | Cited], **key: object) -> None:
    """Add one to the count of a key, whatever other processes do."""
    insert = INSERTS[session.get_bind().dialect.name](table).values(**key, count=1)
    session.execute(insert.on_conflict_do_update(index_elements=list(key), set_={"count": table.count + 1}))
