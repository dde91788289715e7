"""The JSON API over three small documents: answers, hits, documents, probes, and the OpenAPI document."""

import asyncio
import json
import logging
from dataclasses import asdict, fields
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.formats.examples import ANSWER, DOCUMENT, HIT
from api.formats.schemas import AskRequest, DocumentList, DocumentOut, SearchRequest
from corpus import Document
from corpus.documents.catalogue import list_documents
from drivers.http_client import INVALID_IDS, QUESTION, UNKNOWN, assert_problem
from embeddings.index.texts import Documents, Texts
from qa import Assistant
from qa.answers.answer import answer_json
from qa.answers.hits import SearchResult

EXAMPLE = answer_json(ANSWER)


def without_nulls(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return JSON without the fields that are null, which OpenAPI leaves out."""
    if isinstance(value, dict):
        return {name: without_nulls(of) for name, of in value.items() if of is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list | tuple) else value


def test_answer_has_the_keys_of_the_model(client: TestClient) -> None:
    """An answer, its statements and citations have the keys of `qa.answers.answer`, in the same order."""
    answer = client.post("/v1/ask", json={"question": QUESTION}).json()

    assert list(answer) == list(EXAMPLE)
    assert list(answer["statements"][0]) == list(EXAMPLE["statements"][0])
    assert list(answer["citations"][0]) == list(EXAMPLE["citations"][0])
    assert answer["status"] == "answered"
    assert answer["text"].endswith("[1]")


@pytest.mark.parametrize(
    "path", ["/v1/documents", "/v1/documents/ghana-shelter", "/documents/ghana-shelter", "/countries", "/readyz"]
)
def test_documents_that_are_damaged_are_unavailable(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """Nobody is told that something failed unforeseen; the check of the index has more to say."""

    def select(self: Texts, *_: object) -> None:
        raise self.damage()

    monkeypatch.setattr(Texts, "select", select)

    assert_problem(client.get(path), 503)


def test_no_document_is_read_by_the_event_loop(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A document may be long, and whoever calls for help would wait for it."""
    permalink = client.post("/v1/ask", json={"question": QUESTION}).json()["permalink"]
    in_event_loop: list[bool] = []
    read = Documents.__getitem__

    def noting(self: Documents, id: str) -> Document:
        in_event_loop.append(asyncio._get_running_loop() is not None)
        return read(self, id)

    monkeypatch.setattr(Documents, "__getitem__", noting)
    call = {"name": "read_document", "arguments": {"id": "ghana-shelter"}}
    responses = [
        client.post("/v1/search", json={"query": "shelter"}),
        client.get(f"/v1{permalink}"),
        client.get("/v1/documents/ghana-shelter"),
        client.post(
            "http://localhost/mcp",
            json={"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call},
            headers={"accept": "application/json, text/event-stream"},
        ),
    ]

    assert [response.status_code for response in responses] == [200] * 4
    assert len(in_event_loop) >= 4
    assert not any(in_event_loop)


def test_quote_is_where_it_says(client: TestClient) -> None:
    """A quote equals the cited stretch of the document's text, and a summary is marked as one."""
    [cited] = client.post("/v1/ask", json={"question": QUESTION}).json()["citations"]
    document = client.get(f"/v1/documents/{cited['document_id']}").json()

    assert cited["document_id"] == "ghana-shelter"
    assert cited["summary"] is True
    assert document["text"][cited["start"] : cited["end"]] == cited["quote"]


def test_no_evidence_is_an_answer(client: TestClient) -> None:
    """A question that the documents don't answer gets a message and no statements."""
    answer = client.post("/v1/ask", json={"question": UNKNOWN}).json()

    assert answer["status"] == "no_evidence"
    assert answer["message"]
    assert answer["statements"] == answer["citations"] == []


def test_history_filters_and_language_are_heeded(client: TestClient) -> None:
    """All fields of a request besides the question reach the assistant."""
    asked = {
        "question": "And who funds it?",
        "history": [{"question": "Which shelter opened in Accra?", "answer": "One for children."}],
        "filters": {"countries": ["Colombia"]},
        "language": "FR",
    }
    answer = client.post("/v1/ask", json=asked).json()

    assert answer["standalone_question"] == "And who funds it?"
    assert {citation["document_id"] for citation in answer["citations"]} <= {"colombia-hotline"}
    assert answer["language"] == "fr"


@pytest.mark.parametrize("streamed", [True, False], ids=["events", "JSON"])
def test_a_topic_can_be_dropped(client: TestClient, streamed: bool) -> None:
    """A follow-up names its topic, with the first event of a stream too; without it, it is answered as asked first."""
    headers = {"accept": "text/event-stream"} if streamed else {}
    history = [{"question": "Where did a shelter open?", "answer": "Norway funds the shelter in Accra. [1]"}]

    def topics(**extra: object) -> list[dict[str, str]]:
        response = client.post("/v1/ask", json={"question": "Who funds it?", **extra}, headers=headers)
        if not streamed:
            return list(response.json()["topics"])
        _, status, *_, done = (json.loads(line[6:]) for line in response.text.split("\n") if line.startswith("data: "))
        assert status["topics"] == done["topics"]
        return list(done["topics"])

    topic = {"id": "ghana-shelter", "label": "Shelter for trafficked children opens in Accra"}
    assert topics(history=history) == topics(history=history, drop=["none"]) == [topic]
    assert topics(history=history, drop=["ghana-shelter"]) == topics() == []


def test_search_gives_hits_best_first(client: TestClient) -> None:
    """Hits have the fields of the model, come best first, and at most as many as asked for."""
    hits = client.post("/v1/search", json={"query": "shelter in Accra", "limit": 2}).json()["hits"]

    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
    assert hits[0]["document_id"] == "ghana-shelter"
    assert set(hits[0]) == {field.name for field in fields(SearchResult)}
    assert len(hits) <= 2


def test_search_heeds_filters(client: TestClient) -> None:
    """Only documents that the filters allow are found."""
    asked = {"query": "shelter in Accra", "filters": {"publishers": ["iom"], "kinds": ["programme"]}}
    hits = client.post("/v1/search", json=asked).json()["hits"]

    assert {hit["document_id"] for hit in hits} == {"colombia-hotline"}


def test_probes_answer(client: TestClient, assistant: Assistant) -> None:
    """Both probes answer once questions are answered; the second tells of index and reader."""
    alive, ready = client.get("/healthz"), client.get("/readyz")
    told = ready.json()

    assert alive.status_code == ready.status_code == 200
    assert alive.json() == {"status": "ok"}
    assert told.pop("age_s") >= 0
    assert told == {
        "status": "ready",
        "reader": "trained",
        "writer": "extractive",
        "writer_problem": "",
        "generation": assistant.provenance.generation,
        "problem": "",
    }


def test_openapi_shows_an_example_of_every_body(client: TestClient) -> None:
    """Every body that a route takes or gives has an example that the models made or accept; problems are described."""
    described = client.get("/openapi.json").json()
    schemas = described["components"]["schemas"]

    assert AskRequest.model_validate(schemas["AskRequest"]["examples"][0]).to_turns()
    assert SearchRequest.model_validate(schemas["SearchRequest"]["examples"][0]).limit
    for method, path, example in (
        ("post", "/v1/ask", EXAMPLE),
        ("post", "/v1/search", {"hits": [asdict(SearchResult.of(HIT, DOCUMENT))]}),
        ("get", "/v1/documents", DocumentList.model_validate(list_documents([DOCUMENT], {})).model_dump()),
        ("get", "/v1/documents/{id}", DocumentOut.model_validate(DOCUMENT).model_dump()),
    ):
        shown = described["paths"][path][method]["responses"]["200"]["content"]["application/json"]["example"]
        assert shown == without_nulls(example)
    assert "HTTPValidationError" not in schemas
    for path in ("/v1/ask", "/v1/search"):
        assert {"200", "400", "401", "403", "408", "413", "415", "422", "429", "503", "default"} == set(
            described["paths"][path]["post"]["responses"]
        )
    assert schemas["Answer"]["required"] == list(schemas["Answer"]["properties"]) == list(EXAMPLE)
    assert set(described["paths"]) == {
        "/v1/ask",
        "/v1/ask/batch",
        "/v1/answers/{generation}/{path}",
        "/v1/search",
        "/v1/feedback",
        "/v1/documents",
        "/v1/documents/{id}",
        "/v1/figures",
        "/v1/files",
        "/v1/files/{name}",
        "/v1/generations",
        "/v1/generations/{id}/publish",
        "/v1/jobs",
        "/v1/jobs/{id}",
        "/v1/jobs/{id}/cancel",
        "/v1/jobs/{id}/events",
        "/healthz",
        "/readyz",
    }


def test_documents_are_listed_filtered_and_counted(client: TestClient) -> None:
    """A list holds what the filters allow, without the texts, and where it goes on."""
    first = client.get("/v1/documents", params={"limit": 2}).json()
    second = client.get("/v1/documents", params={"limit": 2, "after": first["next"]}).json()
    found = client.get("/v1/documents", params={"country": ["ghana", "Togo"], "q": "shelter", "year": "2015"}).json()

    listed = [document["id"] for document in first["documents"] + second["documents"]]
    assert listed == ["ghana-shelter", "colombia-hotline", "pakistan-conference"]
    assert (first["total"], second["next"]) == (3, None)
    assert first["facets"]["kind"] == {"news": 1, "programme": 1}
    assert [document["id"] for document in found["documents"]] == ["ghana-shelter"]
    assert "text" not in found["documents"][0]


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({"limit": 0}, 422),
        ({"colour": "red"}, 422),
        ({"country": ""}, 422),
        ({"q": "a\0b"}, 422),
        ({"after": "x"}, 404),
    ],
    ids=str,
)
def test_what_can_not_be_listed_is_a_problem(client: TestClient, params: dict[str, Any], status: int) -> None:
    """A wrong value, an unknown filter and a place that no document has are told."""
    assert_problem(client.get("/v1/documents", params=params), status)


@pytest.mark.parametrize("id", INVALID_IDS)
def test_unknown_document_is_a_problem(client: TestClient, id: str) -> None:
    """An id that no document has gets a 404 problem."""
    assert_problem(client.get(f"/v1/documents/{id}"), 404)


@pytest.mark.parametrize("page", [True, False], ids=["page", "JSON"])
def test_a_long_story_is_answered_with_its_limit_and_with_help(client: TestClient, page: bool) -> None:
    """A question over the limit gets a message about it, and still shows the help card.

    JSON does not return it in full; the form keeps it, to be shortened.
    """
    asked = {"question": "They took my passport and I cannot leave. " + "So it went on. " * 500}
    response = client.post("/", data=asked) if page else client.post("/v1/ask", json=asked)

    assert response.status_code == 200
    assert "at most 1,000 characters" in response.text
    assert "You are not alone" in response.text
    assert (response.text.count("So it went on.") < 200) is not page


def test_answers_are_logged_without_the_question(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    """A log line tells how a question ended and not what it was."""
    with caplog.at_level(logging.INFO, "api"):
        client.post("/v1/ask", json={"question": QUESTION})
        client.post("/v1/ask", json={"question": QUESTION}, headers={"accept": "text/event-stream"})
        client.post("/", data={"question": QUESTION})

    logged = [record.getMessage() for record in caplog.records if record.name.startswith("api")]

    assert logged[0].startswith("answered status=answered statements=1 seconds=")
    assert [line.partition(" status=")[0] for line in logged[1:]] == ["request route=/v1/ask"] * 2 + ["request route=/"]


def test_no_library_logs_a_word_or_the_length_of_a_text(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    """A long question in each form, and a search, leave no trace of it in any record of any logger, of any level."""
    records: list[str] = []
    make = logging.getLogRecordFactory()

    def record(*args: Any, **options: Any) -> logging.LogRecord:  # noqa: ANN401 - those of logging
        made = make(*args, **options)
        records.append(made.getMessage())
        return made

    caplog.set_level(logging.DEBUG)
    logging.setLogRecordFactory(record)
    story = ("¿Quién financia el refugio de Acra? " * 40)[:911]
    client.post("/v1/ask", json={"question": story, "history": [{"question": story, "answer": story}]})
    client.post("/v1/ask", json={"question": story}, headers={"accept": "text/event-stream"})
    client.post("/v1/search", json={"query": story})
    client.post("/", data={"question": story})
    logging.setLogRecordFactory(make)

    assert len(records) >= 3
    assert not [line for line in records if "911" in line or "910" in line or "refugio" in line]
