"""The API shows what a language model writes, each sentence when it is checked, and says which writer answered."""

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, expect

from api.app import create_app
from doubles.model_server import ModelServer, Reply, model_server, settings_for
from drivers.browsing import Visit, served
from qa import Assistant
from qa.answers.evidence import Evidence
from qa.writer.checking import Verdict
from qa.writer.llm import LanguageModel

CRY = "They took my passport and I am locked in the house"
ASKED = {"question": "Who funds the shelter in Accra?"}
TRUE = ("Norway pays for the shelter.", "It is in Accra.")
QUOTE = "Norway funds the shelter in Accra."


def checked(sentence: str, _: object, evidence: list[Evidence | None], *__: object) -> Verdict:
    """Pass the true sentences; the check itself has tests of its own."""
    found = tuple(item for item in evidence if item)
    return Verdict("" if sentence in TRUE and found else "support", found, 0.9)


def say(reply: Reply, *sentences: str) -> None:
    """Play a reply of sentences."""
    reply.say(reply.answer(*(reply.sentence(sentence, QUOTE) for sentence in sentences)))


@pytest.fixture
def server() -> Iterator[ModelServer]:
    """Yield a server whose model writes what is true."""
    with model_server(lambda reply: say(reply, *TRUE)) as server:
        yield server


@pytest.fixture
def writer(assistant: Assistant, server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """Yield a client of an application whose answers a model writes."""
    monkeypatch.setattr("qa.writer.rewriting.check_sentence", checked)
    settings, writing = settings_for(server.url), copy.copy(assistant)
    writing.model = LanguageModel(settings)
    with TestClient(create_app(writing, settings), client=("127.0.0.1", 1)) as client:
        yield client


def events(client: TestClient) -> list[tuple[str, dict[str, Any]]]:
    """Ask for a stream; return its events without heartbeats."""
    text = client.post("/v1/ask", json=ASKED, headers={"accept": "text/event-stream"}).text
    blocks = [block.split("\n") for block in text.strip().split("\n\n")]
    named = [dict(line.split(": ", 1) for line in block) for block in blocks if block[0].startswith("event")]
    return [(event["event"], json.loads(event["data"])) for event in named]


def test_an_answer_says_who_wrote_it(writer: TestClient) -> None:
    """Its sentences are the model's, its quotes the document's; answer and probe tell the writer."""
    answer = writer.post("/v1/ask", json=ASKED).json()
    health = writer.get("/readyz").json()
    figures = writer.get("/metrics").text

    assert [statement["text"] for statement in answer["statements"]] == list(TRUE)
    assert answer["text"] == "Norway pays for the shelter. [1] It is in Accra. [1]"
    assert [citation["quote"] for citation in answer["citations"]] == [QUOTE]
    assert answer["message"] == "Written by a model, each sentence checked against its source."
    assert (answer["provenance"]["writer"], answer["provenance"]["model"]) == ("llm", "m")
    assert (health["writer"], health["writer_problem"]) == ("llm", "")
    assert 'waymark_written_total{fallback="",writer="llm"} 1.0' in figures
    assert "waymark_sentences_dropped_total 0.0" in figures


@pytest.mark.parametrize("turns", [0, 25])
@pytest.mark.parametrize("story", ["", "We came by bus and it was a very long way. " * 40])
def test_no_later_question_of_a_conversation_with_the_card_is_sent(
    writer: TestClient, server: ModelServer, story: str, turns: int
) -> None:
    """However long the message was that called for help, and however long ago; the card stands by each answer."""
    said = [{"role": "user", "content": f"{story}{CRY}"}]
    card = writer.post("/v1/chat/completions", json={"messages": said}).json()["choices"][0]["message"]["content"]
    said += [{"role": "assistant", "content": card}]
    said += [{"role": "user", "content": "Who?"}, {"role": "assistant", "content": "I don't know."}] * turns
    said += [{"role": "user", "content": ASKED["question"]}]
    later = writer.post("/v1/chat/completions", json={"messages": said}).json()["choices"][0]["message"]["content"]
    asked = writer.post("/v1/ask", json={**ASKED, "history": [{"question": f"{story}{CRY}"}]}).json()

    assert card.startswith(asked["help"]["title"])
    assert later.startswith(asked["help"]["title"])
    assert server.requests == []


def test_sentences_are_streamed_as_they_are_checked(writer: TestClient) -> None:
    """Each comes once, behind its quote; the whole answer comes last."""
    received = events(writer)

    assert [name for name, _ in received] == ["status", "status", "citation", "statement", "statement", "done"]
    assert [data["text"] for name, data in received if name == "statement"] == list(TRUE)
    assert received[-1][1]["provenance"]["writer"] == "llm"


def test_an_answer_that_does_not_stand_begins_anew(writer: TestClient, server: ModelServer) -> None:
    """Where more sentences are false than true, the stream goes back to the quotes; these are not kept."""
    server.play = lambda reply: say(reply, TRUE[0], "Denmark pays.", "Nobody pays.")
    received = events(writer)
    server.play = lambda reply: say(reply, *TRUE)
    again = writer.post("/v1/ask", json=ASKED).json()

    names = [name for name, _ in received]
    assert names[:5] == ["status", "status", "citation", "statement", "status"]
    assert QUOTE in [data["text"] for name, data in received[5:] if name == "statement"]
    assert received[-1][1]["provenance"] | {"generation": ""} == again["provenance"] | {
        "generation": "",
        "writer": "extractive",
        "fallback": "unsupported",
        "dropped": 2,
    }
    assert "Denmark" not in str(received)
    assert again["provenance"]["writer"] == "llm"


def test_staff_see_what_was_dropped(writer: TestClient, server: ModelServer) -> None:
    """An explained answer lists the sentences of the model that did not pass, and why."""
    server.play = lambda reply: say(reply, *TRUE, "Denmark pays.")
    answer = writer.post("/v1/ask", json=ASKED | {"explain": True}).json()

    assert answer["trace"]["dropped"] == [{"text": "Denmark pays.", "reason": "support"}]


def test_the_page_names_the_host(writer: TestClient, client: TestClient, server: ModelServer) -> None:
    """Before somebody asks, the page tells where a question is sent; without a model it tells nothing."""
    host = server.url.removeprefix("http://").removesuffix("/v1")

    for language in ("ar", "en", "es", "fr", "ru", "zh"):
        assert host in writer.get("/", params={"language": language}).text
    assert "are sent to a language model" not in client.get("/").text
    assert "Written by a model, each sentence checked" in writer.post("/", data=ASKED).text


ASKED_IN_FRENCH = (
    "Dites-moi, s'il vous plaît : who funds the shelter in Accra ?"  # the encoder here knows English alone
)
FRENCH = "La Norvège finance le refuge d'Accra."


@pytest.fixture
def translator(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> Iterator[FastAPI]:
    """Yield an application that quotes, and whose quotes a model translates; the check has tests of its own."""
    monkeypatch.setattr("qa.writer.translating.problem_with", lambda *_: "")
    reply_text = json.dumps({"translations": [{"number": number, "text": FRENCH} for number in range(1, 9)]})
    with model_server(lambda reply: reply.say(reply_text)) as server:
        settings, translating = (
            settings_for(server.url, writer="extractive", llm_translations=True),
            copy.copy(assistant),
        )
        translating.model = LanguageModel(settings)
        yield create_app(translating, settings)


def test_quote_and_translation_are_both_given(translator: FastAPI) -> None:
    """The quote stays in its language, and the translation is told apart from it, in JSON, text and on the page."""
    with TestClient(translator) as client:
        answer = client.post("/v1/ask", json=ASKED | {"language": "fr"}).json()
        told = client.post(
            "/v1/chat/completions",
            json={"model": "waymark", "messages": [{"role": "user", "content": ASKED_IN_FRENCH}]},
        ).json()["choices"][0]["message"]["content"]
        page = client.post("/?language=fr", data={"question": ASKED_IN_FRENCH}).text
        host = client.get("/", params={"language": "en"}).text

    assert (answer["statements"][0]["text"], answer["statements"][0]["translation"]) == (QUOTE, FRENCH)
    assert answer["text"].startswith(f"{QUOTE} [1]")
    assert answer["provenance"]["writer"] == "extractive"
    assert f"Traduction par un modèle :\n{FRENCH}" in told
    assert '<span class="translation" lang="fr" dir="ltr">' in page
    assert "are sent to a language model at" in host


def test_the_widget_shows_a_translation_under_its_quote(translator: FastAPI, browser: Browser) -> None:
    """It is in the asker's language, and marked as a model's."""
    with served(translator) as address:
        visit = Visit(browser, address)
        visit.open()
        visit.ask(ASKED_IN_FRENCH)
        shown = visit.page.locator(".translation").first
        expect(shown).to_have_text(re.compile(f"{FRENCH}$"))
        attributes = [shown.get_attribute(name) for name in ("lang", "dir")]
        visit.context.close()

    assert attributes == ["fr", "ltr"]
