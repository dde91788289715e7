"""Answers as server-sent events: their order, heartbeats and errors."""

import json
import logging
import time
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.asking import streaming
from api.asking.streaming import answer_events
from drivers.scenes import MORE, NEAREST, answer_in
from qa import Answer, Assistant
from qa.answers.answer import answer_json
from qa.pipeline.trace import Trace
from qa.safety.intake import PreparedQuestion

QUESTION = "Who funds the shelter in Accra, and which services does the shelter offer?"
STREAM = {"accept": "text/event-stream"}
SENT_LATER = {"statements", "more", "nearest", "citations", "trace"}


def events(text: str) -> list[tuple[str, Any]]:
    """Read the events of a stream, without comments."""
    blocks = [dict(line.split(": ", 1) for line in block.split("\n")) for block in text.split("\n\n") if block]
    return [(block["event"], json.loads(block["data"])) for block in blocks if "event" in block]


def test_stream_gives_the_same_answer_piece_by_piece(client: TestClient) -> None:
    """The pieces come in an order in which each can be shown at once, and add up to the answer that JSON gives."""
    response = client.post("/v1/ask", json={"question": QUESTION}, headers=STREAM)
    received = events(response.text)
    names = [name for name, _ in received]
    complete = received[-1][1]
    numbers = {number for statement in complete["statements"] for number in statement["citations"]}
    citations = [citation for citation in complete["citations"] if citation["number"] in numbers]

    assert response.headers["content-type"].startswith("text/event-stream")
    assert names[:2] == ["status", "status"]
    assert received[0][1] == {"status": "searching"}
    assert names[-1] == "done"
    assert received[1][1] == {name: complete[name] for name in complete if name not in SENT_LATER}
    assert [data for name, data in received if name == "citation"] == citations != []
    assert [data for name, data in received if name == "statement"] == complete["statements"] != []
    for place, (name, data) in enumerate(received):
        if name == "statement":
            assert set(data["citations"]) <= {
                cited["number"] for before, cited in received[:place] if before == "citation"
            }
    alone = client.post("/v1/ask", json={"question": QUESTION}).json()
    assert complete | {"timings_ms": {}} == alone | {"timings_ms": {}}


@pytest.mark.parametrize(
    ("changes", "sent"),
    [
        pytest.param(MORE, ["status", "citation", "statement", "done"], id="more"),
        pytest.param(NEAREST, ["status", "done"], id="nearest"),
    ],
)
def test_what_stands_beside_the_statements_comes_with_the_complete_answer(
    changes: dict[str, Any], sent: list[str]
) -> None:
    """Statements under `more` and `nearest`, and the citations of these alone, are sent once, at the end."""
    answer = answer_json(answer_in("en", changes))
    received = list(answer_events(answer))

    assert [name for name, _ in received] == sent
    assert not SENT_LATER & received[0][1].keys()
    assert received[-1] == ("done", answer)


def test_stream_without_an_answer_ends_too(client: TestClient) -> None:
    """A question that the documents don't answer gives its message, and no statement."""
    received = events(
        client.post("/v1/ask", json={"question": "What is the boiling point of tungsten?"}, headers=STREAM).text
    )

    assert [name for name, _ in received] == ["status", "status", "done"]
    assert received[1][1]["status"] == "no_evidence"
    assert received[1][1]["message"]


@pytest.mark.parametrize(
    "accept", ["*/*", "application/json", "text/html, */*;q=0.8", "text/event-streams", "", "text/event-stream;q"]
)
def test_who_does_not_ask_for_a_stream_gets_json(client: TestClient, accept: str) -> None:
    """Only the media type of events makes a stream, whatever parameters it has."""
    response = client.post("/v1/ask", json={"question": QUESTION}, headers={"accept": accept})

    is_stream = response.headers["content-type"].startswith("text/event-stream")
    assert is_stream is (accept == "text/event-stream;q")


def test_bad_question_is_a_problem_and_no_stream(client: TestClient) -> None:
    """An invalid request gets its status and problem, before anything is streamed."""
    response = client.post("/v1/ask", json={"question": ""}, headers=STREAM)

    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"


def test_failure_is_an_event_and_is_logged_without_the_question(
    client: TestClient, assistant: Assistant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A failure inside ends the stream with a problem and the help card, without a word of the question."""

    def fail(_: Assistant, prepared: PreparedQuestion, *args: object, **options: object) -> None:
        raise RuntimeError(prepared.text)

    monkeypatch.setattr(type(assistant), "answer", fail)
    with caplog.at_level(logging.INFO):
        response = client.post("/v1/ask", json={"question": "secret"}, headers=STREAM)
    received = events(response.text)

    assert [name for name, _ in received] == ["status", "error"]
    assert received[-1][1]["status"] == 503
    assert received[-1][1]["help"]["lines"]
    assert "secret" not in response.text + caplog.text
    assert "failed with RuntimeError" in caplog.text


def test_signs_of_life_go_out_while_the_assistant_works(
    client: TestClient, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a slow answer is computed, comments are sent, so that no proxy closes the connection."""
    answered = assistant.explain(QUESTION)

    def slow(*_: object, **__: object) -> tuple[Answer, Trace]:
        time.sleep(0.3)
        return answered

    monkeypatch.setattr(type(assistant), "answer", slow)
    monkeypatch.setattr(streaming, "HEARTBEAT_S", 0.05)
    text = client.post("/v1/ask", json={"question": QUESTION}, headers=STREAM).text

    assert text.count(": still working\n\n") >= 2
    assert events(text)[-1][0] == "done"


@pytest.mark.parametrize("is_at_risk", [True, False])
def test_a_card_that_is_sent_first_is_in_the_answer_too(
    client: TestClient, assistant: Assistant, monkeypatch: pytest.MonkeyPatch, is_at_risk: bool
) -> None:
    """Where the classifier finds a message calm that the rules take for a cry, no event has the card; else each has."""

    class Judge:
        def predict(self, vector: object, *, by_rules: bool, is_follow_up: bool, is_on_bot: bool) -> bool:
            return is_at_risk

    monkeypatch.setattr(assistant, "_at_risk", Judge())
    response = client.post("/v1/ask", json={"question": "He hits me every day"}, headers=STREAM)
    received = events(response.text)

    assert {bool(data.get("help")) for name, data in received if name in {"status", "done"}} == {is_at_risk}
