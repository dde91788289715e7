"""Records hold no personal data and nothing of who may be in danger, are erased in time, and delay nobody."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import update

from doubles.fakes import ANSWER
from qa import Answer, Intake, Settings, Status
from qa.answers.help import HelpCard
from qa.records import recording
from qa.records.database import Database
from qa.records.insights import erase, exported
from qa.records.keys import Scope, create_key
from qa.records.models import RECORDS
from qa.records.recording import Answered, Recorder, Vote, expire

CRY = "I am locked in a house and they took my passport, help me"
REFUSED = replace(
    ANSWER, id="2", question="Who pays? Ring 0712 345 678 or ana@example.org", status=Status.NO_EVIDENCE,
    reason="no_evidence", statements=(), citations=(), message="I don't know.",
)  # fmt: skip


@pytest.fixture(scope="session")
def intake() -> Intake:
    """Return an intake that has read its rules."""
    return Intake.from_settings(Settings())


@pytest.fixture
def card(intake: Intake) -> HelpCard:
    """Return a help card."""
    return intake.operators_card("en")


@pytest.fixture
def recorder(database: Database, intake: Intake) -> Iterator[Recorder]:
    """Return a recorder, which ends with the test."""
    recorder = Recorder(database, intake, 90)
    yield recorder
    recorder.close()


def kept(recorder: Recorder, database: Database, *records: Answered | Vote) -> dict[str, list[dict[str, object]]]:
    """Return the rows of all tables once some records are written."""
    for record in records:
        recorder.record(record)
    recorder.close()
    rows = list(exported(database))
    return {table.__tablename__: [row for row in rows if row["table"] == table.__tablename__] for table in RECORDS}


def first(answer: Answer) -> Answered:
    """Return the record of the answer to a question that was asked first."""
    return Answered(answer, is_follow_up=False)


def test_answers_are_counted(recorder: Recorder, database: Database) -> None:
    """Answers are counted by day, status and reason, and their documents by day; an answered question is not kept."""
    rows = kept(recorder, database, first(ANSWER), first(ANSWER), first(REFUSED))

    assert {(row["status"], row["reason"], row["with_help"], row["count"]) for row in rows["uses"]} == {
        ("answered", "", False, 2),
        ("no_evidence", "no_evidence", False, 1),
    }
    assert [(row["document"], row["count"]) for row in rows["cited"]] == [("a-brief", 2)]
    assert [row["question"] for row in rows["unanswered"]] == ["Who pays? Ring [phone] or [e-mail]"]
    assert {row["day"] for of_table in rows.values() for row in of_table} == {datetime.now(UTC).date().isoformat()}


def test_who_got_the_card_is_counted_and_never_stored(recorder: Recorder, database: Database, card: HelpCard) -> None:
    """Of a message with the card, of a follow-up and of a comment that cries for help, no word is stored."""
    answer = replace(REFUSED, question=CRY, help=card)
    follow_up = Answered(replace(REFUSED, question=CRY, id="3"), is_follow_up=True)
    votes = [Vote(id, is_useful=False, reason="wrong", comment=CRY) for id in ("2", "3")]
    rows = kept(recorder, database, first(answer), follow_up, *votes)

    assert {(row["with_help"], row["count"]) for row in rows["uses"]} == {(True, 1), (False, 1)}
    assert [row["reason"] for row in rows["feedback"]] == ["wrong", "wrong"]
    assert "locked" not in json.dumps(rows)
    assert rows["unanswered"] == []


def test_a_vote_has_the_question_and_a_comment(recorder: Recorder, database: Database) -> None:
    """A vote is kept with its comment and the question of its answer, where that is known, without personal data."""
    votes = [Vote("2", is_useful=True, comment="Ask ana@example.org"), Vote("unknown", is_useful=False)]
    rows = kept(recorder, database, first(REFUSED), *votes)

    assert [(row["is_useful"], row["comment"], row["question"]) for row in rows["feedback"]] == [
        (True, "Ask [e-mail]", "Who pays? Ring [phone] or [e-mail]"),
        (False, "", ""),
    ]


def test_records_are_erased_in_time(recorder: Recorder, database: Database) -> None:
    """What is older than the days that were set is erased, when a server starts and later; the rest stays."""
    kept(recorder, database, first(ANSWER), first(REFUSED), Vote("2", is_useful=True))
    expire(database, 90)
    number = len(list(exported(database)))
    with database.session() as session:
        for table in RECORDS:
            session.execute(update(table).values(day=datetime.now(UTC).date() - timedelta(days=91)))
    Recorder(database, recorder._intake, 90).close()

    assert number == 5
    assert list(exported(database)) == []


def test_records_can_be_erased_by_words(recorder: Recorder, database: Database) -> None:
    """Questions and comments with some words are erased, whatever their case; then everything."""
    votes = [Vote("x", is_useful=False, comment="100% wrong about Accra"), Vote("y", is_useful=False, comment="Bad.")]
    kept(recorder, database, first(ANSWER), *votes)

    assert erase(database, "0% WRONG") == 1
    assert erase(database, "%") == 0
    assert erase(database) == 3


def test_what_can_not_be_written_is_counted(tmp_path: Path, intake: Intake, caplog: pytest.LogCaptureFixture) -> None:
    """Where the database is gone, records are lost and counted, and nobody hears of it but the operator."""
    recorder = Recorder(Database(f"sqlite:///{tmp_path}"), intake, 90)
    for _ in range(3):
        recorder.record(first(REFUSED))
    recorder.close()

    assert recorder.lost == 3
    assert "records are lost" in caplog.text
    assert "Who pays" not in caplog.text


def test_an_unforeseen_error_loses_one_record(
    recorder: Recorder, database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The next are written, and the log does not quote what it was about."""
    mask = recording.mask
    monkeypatch.setattr(recording, "mask", lambda text: mask({CRY: None}.get(text, text)))
    rows = kept(recorder, database, first(replace(REFUSED, question=CRY)), first(REFUSED))

    assert len(rows["unanswered"]) == recorder.lost == 1
    assert "TypeError" in caplog.text
    assert "locked" not in caplog.text


def test_records_are_read_without_keeping_others_waiting(recorder: Recorder, database: Database) -> None:
    """An export that is read page by page keeps no key from being made or checked."""
    kept(recorder, database, first(ANSWER), first(REFUSED))
    rows = exported(database)
    first_row = next(rows)
    create_key(database, "meanwhile", [Scope.ASK])

    assert first_row["table"] == "uses"
    assert len(list(rows)) == 3


def test_a_slow_database_delays_nobody(database: Database, intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where too many records wait to be written, the next are lost at once."""
    may_go_on = Event()
    monkeypatch.setattr(recording, "expire", lambda *_: may_go_on.wait(10))
    recorder = Recorder(database, intake, 90)
    for _ in range(recording.MOST_WAITING + 7):
        recorder.record(first(ANSWER))
    may_go_on.set()

    assert recorder.lost == 7
    monkeypatch.setattr(recorder, "_write", lambda *_: None)
    recorder._waiting.queue.clear()
    recorder.close()
