"""Answers are given again to equal requests, at no cost, but never to a cry for help."""

from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.asking import cache
from api.asking.cache import AnswerCache
from doubles.fakes import ANSWER
from drivers.http_client import QUESTION
from qa import Assistant, Intake, Settings
from qa.pipeline.trace import Trace
from qa.safety.intake import PreparedQuestion

CRY = "They took my passport and I am locked in the house"
OTHERS: dict[str, dict[str, Any]] = {
    "history": {"history": [{"question": "Where did a shelter open?", "answer": "In Accra."}]},
    "filters": {"filters": {"countries": ["Ghana"]}},
    "language": {"language": "fr"},
    "drop": {"drop": ["ghana-shelter"]},
    "question": {"question": "Who funds the shelter?"},
}


@pytest.fixture
def asked(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the questions that the assistant answers, as they come."""
    questions: list[str] = []
    answer = Assistant.answer

    def noting(self: Assistant, prepared: PreparedQuestion, *args: Any, **options: Any) -> tuple[Any, Trace]:  # noqa: ANN401
        questions.append(prepared.text)
        return answer(self, prepared, *args, **options)

    monkeypatch.setattr(type(assistant), "answer", noting)
    return questions


def test_an_equal_request_gets_the_same_answer_at_no_cost(client: TestClient, asked: list[str]) -> None:
    """The second answer is the first, however it is sent, and nothing was timed for it, since nothing was done."""
    first = client.post("/v1/ask", json={"question": QUESTION}).json()
    second = client.post("/v1/ask", json={"question": f"  {QUESTION} "}).json()
    events = client.post("/v1/ask", json={"question": QUESTION}, headers={"accept": "text/event-stream"}).text

    assert asked == [QUESTION]
    assert second == first | {"timings_ms": {}}
    assert first["id"] in events


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_a_request_that_differs_is_answered_anew(client: TestClient, asked: list[str], other: dict[str, Any]) -> None:
    """Turns, filters, language, dropped topics and the question all tell requests apart."""
    for body in ({"question": QUESTION}, {"question": QUESTION} | other):
        assert client.post("/v1/ask", json=body).status_code == 200

    assert len(asked) == 2


def test_a_cry_for_help_is_judged_and_answered_anew(
    client: TestClient, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither an answer with the card is given again, nor one from which the classifier took it."""
    with_card = [client.post("/v1/ask", json={"question": CRY}).json() for _ in range(2)]
    monkeypatch.setattr(Assistant, "confirm_help", lambda _, prepared, **__: prepared.with_help(None))
    client.post("/v1/ask", json={"question": CRY})

    assert all(answer["help"] for answer in with_card)
    assert len(asked) == 3


def test_the_safety_step_comes_before_the_cache(
    client: TestClient, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A question whose answer is kept gets the card once the rules ask for it."""
    client.post("/v1/ask", json={"question": QUESTION})
    prepare = Intake.prepare
    alarmed = lambda self, *args, **options: (found := prepare(self, *args, **options)).with_help(  # noqa: E731
        self.card(found.question)
    )
    monkeypatch.setattr(Intake, "prepare", alarmed)

    assert client.post("/v1/ask", json={"question": QUESTION}).json()["help"]
    assert len(asked) == 2


def test_nothing_is_given_again_while_answering_is_off(assistant: Assistant, tmp_path: Any) -> None:  # noqa: ANN401
    """An operator who stops the answering stops kept answers too."""
    settings = Settings(var=tmp_path)
    with TestClient(create_app(assistant, settings)) as client:
        client.post("/v1/ask", json={"question": QUESTION})
        settings.answering_switch.touch()

        assert client.post("/v1/ask", json={"question": QUESTION}).json()["reason"] == "answering_off"


def test_the_cache_is_bounded() -> None:
    """The answer that was asked for longest ago goes first; a cache of none keeps none."""
    kept = AnswerCache(2)
    kept.put(b"a", ANSWER)
    kept.put(b"b", replace(ANSWER, id="2"))
    kept.get(b"a")
    kept.put(b"c", ANSWER)
    none = AnswerCache(0)
    none.put(b"a", ANSWER)

    assert [bool(kept.get(key)) for key in (b"a", b"b", b"c")] == [True, False, True]
    assert none.get(b"a") is None


def test_long_documents_are_kept_of_few_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kept answer holds the documents that it quotes, so their characters are bounded too."""
    [citation] = ANSWER.citations
    monkeypatch.setattr(cache, "MOST_CHARACTERS", 2 * len(citation.evidence.document.text))
    kept = AnswerCache(1000)
    for key in (b"a", b"b", b"b", b"c"):
        kept.put(key, ANSWER)

    assert [bool(kept.get(key)) for key in (b"a", b"b", b"c")] == [False, True, True]


def test_an_answer_with_its_trace_is_not_kept(client: TestClient, asked: list[str]) -> None:
    """It is ten times as long, and anybody may ask for it."""
    for _ in range(2):
        assert client.post("/v1/ask", json={"question": QUESTION, "explain": True}).json()["trace"]

    assert asked == [QUESTION] * 2
