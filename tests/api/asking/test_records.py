"""Use and feedback are recorded where the operator wants it, and nothing is where not; answers never wait for it."""

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from drivers.http_client import QUESTION, UNKNOWN, assert_problem
from drivers.processes import eventually, postgresql
from qa import Assistant, Settings
from qa.records.database import Database
from qa.records.insights import exported

CRY = "I am locked in a house and they took my passport, help me"
PERSONAL = f"{UNKNOWN} Ring 0712 345 678 or +41 22 717 91 11, write to ana@example.org"

Use = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def used(assistant: Assistant, tmp_path: Path) -> Use:
    """Return a function of settings that asks, searches and votes, and returns what is recorded then."""

    def use(**settings: object) -> list[dict[str, Any]]:
        chosen = Settings.model_validate({"database": f"sqlite:///{tmp_path / 'records.sqlite'}", **settings})
        with TestClient(create_app(assistant, chosen)) as client:
            answers = [client.post("/v1/ask", json={"question": text}) for text in (QUESTION, CRY, PERSONAL)]
            events = client.post("/v1/ask", json={"question": QUESTION}, headers={"accept": "text/event-stream"})
            vote = {"answer_id": answers[2].json()["id"], "useful": False, "reason": "wrong", "comment": PERSONAL}
            voted = client.post("/v1/feedback", json=vote)
        assert {response.status_code for response in (*answers, events)} == {200}
        assert voted.status_code == (202 if chosen.records else 404)
        return list(exported(Database(chosen.database_url)))

    return use


def test_nothing_is_kept_unless_it_is_turned_on(used: Use, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """With records off there is no row, and a vote gets a problem; no log holds a word of a question."""
    caplog.set_level(logging.DEBUG)

    assert used() == []
    assert not any(word in caplog.text for word in ("tungsten", "passport", "Accra"))


def test_what_is_kept_tells_nobody(used: Use, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """With records on, neither the database nor a log holds a number, an address, or a word of a cry for help."""
    caplog.set_level(logging.DEBUG)
    rows = used(records=True)
    kept = (tmp_path / "records.sqlite").read_bytes()

    assert {(row["status"], row["with_help"], row["count"]) for row in rows if row["table"] == "uses"} >= {
        ("answered", False, 2),
        ("no_evidence", False, 1),
    }
    assert sum(row["count"] for row in rows if row["table"] == "uses" and row["with_help"]) == 1
    [feedback] = [row for row in rows if row["table"] == "feedback"]
    assert feedback["question"] == feedback["comment"] == f"{UNKNOWN} Ring [phone] or [phone], write to [e-mail]"
    assert not any(word in json.dumps(rows) for word in ("locked", "passport"))
    assert not any(word in kept for word in (b"locked", b"passport", b"345 678", b"717 91", b"ana@"))
    assert not any(word in caplog.text for word in ("tungsten", "passport", "345 678", "ana@"))


def test_answers_come_while_the_database_is_gone(assistant: Assistant, tmp_path: Path) -> None:
    """Where nothing can be recorded, questions are answered all the same, and what is lost is counted."""
    settings = Settings.model_validate({"database": f"sqlite:///{tmp_path}", "records": True})
    app = create_app(assistant, settings)
    with TestClient(app) as client:
        statuses = [client.post("/v1/ask", json={"question": QUESTION}).status_code for _ in range(3)]
        vote = client.post("/v1/feedback", json={"answer_id": "0f3a61c2b7d94e58", "useful": True})
        recorder = client.app_state["recorder"]

    assert (*statuses, vote.status_code) == (200, 200, 200, 202)
    assert recorder.lost == 4


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.process)])
def stoppable(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[tuple[str, Callable[[], Any], Callable[[], Any]]]:
    """Yield the address of an empty database, and functions that take it away and bring it back."""
    if request.param == "sqlite":
        file, away = tmp_path / "records.sqlite", tmp_path / "away.sqlite"

        def stop() -> None:
            file.rename(away)
            file.mkdir()  # else an empty database would be made there

        def start() -> None:
            file.rmdir()
            away.rename(file)

        yield f"sqlite:///{file}", stop, start
        return
    with postgresql() as server:
        yield server.get_uri(), server.stop, server.ensure_postgres_running


def test_asking_goes_on_when_the_database_goes_away(
    assistant: Assistant, stoppable: tuple[str, Callable[[], Any], Callable[[], Any]]
) -> None:
    """While the database is away, questions are answered and what is lost is counted; once back, it records again."""
    url, stop, start = stoppable
    with TestClient(create_app(assistant, Settings(database=url, records=True))) as client:

        def ask() -> int:
            return client.post("/v1/ask", json={"question": QUESTION}).status_code

        def counts() -> list[int]:
            return [row["count"] for row in exported(recorder.database) if row["table"] == "uses"]

        recorder = client.app_state["recorder"]
        before = ask()
        assert eventually(lambda: counts() == [1])
        stop()
        away = [ask() for _ in range(3)]
        assert eventually(lambda: recorder.lost == 3)
        start()
        after = ask()
        assert eventually(lambda: counts() == [2])

    assert [before, *away, after] == [200] * 5
    assert recorder.lost == 3


@pytest.mark.parametrize(
    "vote",
    [
        {"useful": True},
        {"answer_id": "ana@example.org", "useful": True},
        {"answer_id": "0f3a61c2b7d94e58", "useful": "yes"},
        {"answer_id": "0f3a61c2b7d94e58", "useful": True, "reason": "because"},
        {"answer_id": "0f3a61c2b7d94e58", "useful": True, "comment": "x" * 1001},
    ],
)
def test_a_vote_has_a_form(client: TestClient, vote: dict[str, object]) -> None:
    """A vote names an answer by an id that is nothing else, says yes or no, and gives one of the reasons."""
    assert_problem(client.post("/v1/feedback", json=vote), 422)
