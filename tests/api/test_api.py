"""The HTTP door: shapes, limits, problems and pages, over three small documents."""

import asyncio
import json
import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from starlette.types import Message

from api import schemas as shapes
from api.app import create_app
from api.errors import MEDIA_TYPE, NOT_TEXT
from api.middleware import MAX_BODY
from api.routes import pages
from api.schemas import EXAMPLES
from api.viewer import blocks_of, span_in
from corpus import Span
from qa import Assistant, Settings
from qa.safety.intake import PreparedQuestion
from qa.wire import answer_json
from scenes import LINES

QUESTION = "Who funds the shelter in Accra?"
UNKNOWN = "What is the boiling point of tungsten?"
JSON = {"content-type": "application/json"}
POSTS = ["/v1/ask", "/v1/search"]


@pytest.fixture
def client(assistant: Assistant) -> Iterator[TestClient]:
    """Return a client of a running application."""
    with TestClient(create_app(assistant), raise_server_exceptions=False) as client:
        yield client


def assert_problem(response: Response, status: int) -> dict[str, Any]:
    """Check that a response is a problem of this status that tells something, and return it."""
    told: dict[str, Any] = response.json()

    assert response.status_code == status
    assert response.headers["content-type"] == MEDIA_TYPE
    assert told["status"] == status
    assert told["type"] == "about:blank"
    assert told["title"]
    assert told["detail"]

    return told


def test_answer_has_the_designed_shape(client: TestClient) -> None:
    """An answer's JSON has exactly the designed fields."""
    answer = client.post("/v1/ask", json={"question": QUESTION}).json()

    assert set(answer) == set(EXAMPLES["AskResponse"])
    assert set(answer["statements"][0]) == set(EXAMPLES["AskResponse"]["statements"][0])
    assert set(answer["citations"][0]) == set(EXAMPLES["AskResponse"]["citations"][0])
    assert answer["status"] == "answered"
    assert answer["text"].endswith("[1]")


def test_quote_is_where_it_says(client: TestClient) -> None:
    """A quote equals the cited stretch of the document's text, and a summary is told to be one."""
    [cited] = client.post("/v1/ask", json={"question": QUESTION}).json()["citations"]
    document = client.get(f"/v1/documents/{cited['document_id']}").json()

    assert cited["document_id"] == "ghana-shelter"
    assert cited["summary"] is True
    assert document["text"][cited["start"] : cited["end"]] == cited["quote"]
    assert set(document) == set(EXAMPLES["DocumentOut"])


def test_no_evidence_is_an_answer(client: TestClient) -> None:
    """A question that the documents don't answer gets a message and no statements."""
    answer = client.post("/v1/ask", json={"question": UNKNOWN}).json()

    assert answer["status"] == "no_evidence"
    assert answer["message"]
    assert answer["statements"] == answer["citations"] == []


def test_history_filters_and_language_are_heeded(client: TestClient) -> None:
    """What a request may hold besides the question reaches the assistant."""
    asked = {
        "question": "And who funds it?",
        "history": [{"question": "Which shelter opened in Accra?", "answer": "One for children."}],
        "filters": {"countries": ["Colombia"]},
        "language": "FR",
    }
    answer = client.post("/v1/ask", json=asked).json()

    assert answer["standalone_question"] == "who funds it? (shelter opened Accra)"
    assert {citation["document_id"] for citation in answer["citations"]} <= {"colombia-hotline"}
    assert answer["language"] == "fr"


def test_search_gives_hits_best_first(client: TestClient) -> None:
    """Hits have the designed fields, come best first, and at most as many as asked for."""
    hits = client.post("/v1/search", json={"query": "shelter in Accra", "limit": 2}).json()["hits"]

    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
    assert hits[0]["document_id"] == "ghana-shelter"
    assert set(hits[0]) == set(EXAMPLES["SearchResponse"]["hits"][0])
    assert len(hits) <= 2


def test_search_heeds_filters(client: TestClient) -> None:
    """Only documents that the filters allow are found."""
    asked = {"query": "shelter in Accra", "filters": {"publishers": ["iom"], "kinds": ["programme"]}}
    hits = client.post("/v1/search", json=asked).json()["hits"]

    assert {hit["document_id"] for hit in hits} == {"colombia-hotline"}


@pytest.mark.parametrize(("path", "status"), [("/healthz", "ok"), ("/readyz", "ready")])
def test_life_is_told(client: TestClient, path: str, status: str) -> None:
    """Both probes answer once questions are answered."""
    response = client.get(path)

    assert response.status_code == 200
    assert response.json() == {"status": status}


def test_openapi_shows_an_example_of_every_body(client: TestClient) -> None:
    """Every shape that a route takes or gives has an example that fits it, and every problem is described."""
    described = client.get("/openapi.json").json()
    schemas = described["components"]["schemas"]

    for name, example in EXAMPLES.items():
        assert schemas[name]["examples"] == [{field: value for field, value in example.items() if value is not None}]
        assert getattr(shapes, name).model_validate(example)
    assert "HTTPValidationError" not in schemas
    for path in ("/v1/ask", "/v1/search"):
        assert {"200", "400", "413", "415", "422", "503", "default"} == set(
            described["paths"][path]["post"]["responses"]
        )
    assert set(described["paths"]) == {"/v1/ask", "/v1/search", "/v1/documents/{id}", "/healthz", "/readyz"}


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param(b"", 422, id="empty"),
        pytest.param(b"{", 400, id="broken"),
        pytest.param(b'{"question": "\xff\xfe"}', 400, id="not UTF-8"),
        pytest.param(b"[" * 60_000, 400, id="nested deeply"),
        pytest.param(b'{"question": ' + b"9" * 10_000 + b"}", 400, id="number of 10,000 digits"),
        pytest.param(b'{"question": NaN, "limit": NaN}', 422, id="not a number"),
        pytest.param(b'{"question": 1e999, "limit": 1e999}', 422, id="infinite"),
        pytest.param(b"null", 422, id="null"),
        pytest.param(b"[]", 422, id="list"),
        pytest.param(b'"text"', 422, id="string"),
        pytest.param(b"{}", 422, id="nothing asked"),
        pytest.param(b'{"\\ud800": 1}', 422, id="name that is not text"),
        pytest.param(b" " * MAX_BODY + b"{}", 413, id="too long"),
        pytest.param(b"x" * 1_000_000, 413, id="1 MB"),
    ],
)
def test_bad_body_is_a_problem(client: TestClient, path: str, body: bytes, status: int) -> None:
    """Whatever a body is made of, it gets a clear refusal."""
    assert_problem(client.post(path, content=body, headers=JSON), status)


@pytest.mark.parametrize(("path", "name"), [("/v1/ask", "question"), ("/v1/search", "query")], ids=str)
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param(" \n\u3000 ", id="blank"),
        pytest.param("x" * 60_001, id="too long"),
        pytest.param("secret \0", id="NUL"),
        pytest.param("secret \ud800", id="lone surrogate"),
        pytest.param(None, id="null"),
        pytest.param(True, id="boolean"),
        pytest.param(10**400, id="huge number"),
        pytest.param(["secret"], id="list"),
        pytest.param({"secret": 1}, id="object"),
    ],
)
def test_bad_text_is_a_problem_that_repeats_nothing(client: TestClient, path: str, name: str, text: object) -> None:
    """A text that can't be a question is refused by the field's name, without a word of it."""
    response = client.post(path, content=json.dumps({name: text}), headers=JSON)

    [error] = assert_problem(response, 422)["errors"]

    assert error["field"] == name
    assert error["message"]
    assert "secret" not in response.text


@pytest.mark.parametrize("text", ["a\0b", "\udfff"], ids=["NUL", "lone surrogate"])
def test_what_is_not_text_is_told_so(client: TestClient, text: str) -> None:
    """The asker learns that the characters are what is wrong."""
    told = client.post("/v1/ask", content=json.dumps({"question": text}), headers=JSON).json()

    assert told["detail"] == f"question: {NOT_TEXT}"


@pytest.mark.parametrize(
    ("path", "extra", "field"),
    [
        ("/v1/ask", {"secret": 1}, "body"),
        ("/v1/ask", {"history": [{"question": "x"}] * 21}, "history"),
        ("/v1/ask", {"history": [{"question": "x" * 1001}]}, "history.0.question"),
        ("/v1/ask", {"history": [{"question": "x", "answer": "y" * 8001}]}, "history.0.answer"),
        ("/v1/ask", {"history": [{"question": "x", "secret": ""}]}, "history.0"),
        ("/v1/ask", {"history": {}}, "history"),
        ("/v1/ask", {"filters": {"countries": ["x"] * 51}}, "filters.countries"),
        ("/v1/ask", {"filters": {"countries": ["x" * 101]}}, "filters.countries.0"),
        ("/v1/ask", {"filters": {"countries": "Ghana"}}, "filters.countries"),
        ("/v1/ask", {"filters": {"regions": ["x"]}}, "filters"),
        ("/v1/ask", {"language": "English"}, "language"),
        ("/v1/ask", {"language": "e\n"}, "language"),
        ("/v1/search", {"limit": 0}, "limit"),
        ("/v1/search", {"limit": 51}, "limit"),
        ("/v1/search", {"limit": 10**300}, "limit"),
        ("/v1/search", {"limit": "10"}, "limit"),
        ("/v1/search", {"limit": True}, "limit"),
    ],
    ids=str,
)
def test_every_field_has_its_limit(client: TestClient, path: str, extra: dict[str, object], field: str) -> None:
    """A field that is too long, of a wrong type or unknown is named in the problem."""
    name = "query" if path == "/v1/search" else "question"
    response = client.post(path, json={name: QUESTION, **extra})

    assert assert_problem(response, 422)["errors"][0]["field"] == field
    assert "secret" not in response.text


def test_errors_are_listed_in_bounds(client: TestClient) -> None:
    """A body with a thousand errors does not get a thousand back."""
    told = assert_problem(client.post("/v1/ask", json={str(n): n for n in range(1000)}), 422)

    assert len(told["errors"]) == 10


def test_longest_texts_are_taken(client: TestClient) -> None:
    """What is just within the limits is answered."""
    asked = {"question": " " + "x" * 1000 + " ", "history": [{"question": "y" * 1000, "answer": "z" * 8000}]}

    assert client.post("/v1/ask", json=asked).status_code == 200


def test_body_without_length_is_read_no_further_than_the_limit(assistant: Assistant) -> None:
    """A body that does not tell its length is refused as soon as it passes the limit."""
    read: list[int] = []
    sent: list[Message] = []

    async def receive() -> Message:
        read.append(1000)
        return {"type": "http.request", "body": b" " * 1000, "more_body": True}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/ask",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json"), (b"transfer-encoding", b"chunked")],
        "state": {"assistant": assistant},
    }
    asyncio.run(create_app(assistant)(scope, receive, send))

    assert sent[0]["status"] == 413
    assert sum(read) == MAX_BODY // 1000 * 1000 + 1000


def test_only_allowed_sites_may_ask_from_their_pages(assistant: Assistant) -> None:
    """Browsers are told that an allowed site may load the widget and read answers and refusals, and no other."""
    settings = Settings.model_validate({"allowed_origins": "https://a.example  HTTPS://B.example:8443"})
    with TestClient(create_app(assistant, settings)) as client:
        for origin, allowed in (
            ("https://a.example", True),
            ("https://b.example:8443", True),
            ("https://c.example", False),
        ):
            headers = {"origin": origin}
            asked = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}
            responses = [
                client.get("/widget.js", headers=headers),
                client.post("/v1/ask", json={"question": QUESTION}, headers=headers),
                client.post("/v1/ask", json={}, headers=headers),
                client.options("/v1/ask", headers=headers | asked),
            ]

            assert [response.headers.get("access-control-allow-origin") for response in responses] == [
                origin if allowed else None
            ] * len(responses)
            assert [response.status_code for response in responses] == [200, 200, 422, 200 if allowed else 400]
            assert "access-control-allow-credentials" not in responses[1].headers


@pytest.mark.parametrize("origin", ["example.org", "https://example.org/path", "ftp://a.example", "https://a.example,"])
def test_what_is_no_origin_is_refused(origin: str) -> None:
    """A setting that would silently allow nothing is refused, with how to write it."""
    with pytest.raises(ValidationError, match="is no origin; write https:// and the host, without a path"):
        Settings.model_validate({"allowed_origins": origin})


@pytest.mark.parametrize(
    ("wanted", "language", "told"),
    [
        ({"headers": {"accept-language": "ar-EG, en;q=0.5"}}, 'lang="ar" dir="rtl"', "لا أعرف"),
        ({"params": {"language": "ru"}, "headers": {"accept-language": "fr"}}, 'lang="ru" dir="ltr"', "Я не знаю"),
        ({"headers": {"accept-language": "sw"}}, 'lang="en" dir="ltr"', "I don&#39;t know"),
    ],
    ids=["browser", "chosen", "neither"],
)
def test_page_speaks_the_readers_language(client: TestClient, wanted: dict[str, Any], language: str, told: str) -> None:
    """The page is in the chosen language, else the browser's, else English; an answer is in its question's."""
    questions = {"لا أعرف": "ما هي درجة غليان التنغستن؟", "Я не знаю": "Какова температура кипения вольфрама?"}
    params = {"question": questions.get(told, UNKNOWN), **wanted.get("params", {})}
    page = client.get("/", params=params, headers=wanted["headers"]).text

    assert f"<html {language}>" in page
    assert told in page


@pytest.mark.parametrize(
    "help",
    ["Call 0800 000 000.", {"title": "Help", "text": "Call.", "emergency": "Now!", "note": "Alone?", "lines": LINES}],
    ids=["text", "card"],
)
def test_page_shows_help_before_the_answer(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, help: str | dict[str, Any]
) -> None:
    """Without JavaScript too, the help card comes first, with numbers that a telephone dials."""
    changes = {"help": help, "status": "partial", "short_answer": "Norway", "related_questions": ["Where is it?"]}
    monkeypatch.setattr(pages, "answer_json", lambda answer: answer_json(answer) | changes)
    page = client.get("/", params={"question": QUESTION}).text

    assert 0 < page.index('class="help"') < page.index("In short") < page.index('class="statements"')
    assert ('href="tel:0800000000"' in page) is not isinstance(help, str)
    assert 'href="/?question=Where+is+it%3F&amp;language=en"' in page or "Where%20is%20it%3F" in page


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("type", ["", "text/plain", "application/x-www-form-urlencoded", "json", "\xff"])
def test_only_json_is_taken(client: TestClient, path: str, type: str) -> None:
    """A body of another type, or of none, is refused with what to send instead."""
    headers = [(b"content-type", type.encode("latin-1"))]
    told = assert_problem(client.post(path, content=b'{"question": "x"}', headers=headers), 415)

    assert "application/json" in told["detail"]


ABSURD_IDS = ["nope", "..", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "%00", "%ff", "%ED%A0%80", "a" * 5000, quote("<b>\u202e")]


@pytest.mark.parametrize("id", ABSURD_IDS)
def test_unknown_document_is_a_problem(client: TestClient, id: str) -> None:
    """An id that no document has gets a 404 problem."""
    assert_problem(client.get(f"/v1/documents/{id}"), 404)


@pytest.mark.parametrize(
    "path", ["/nope", "/v1", "/static/nope.js", "/static/../app.py", "/static/%00", "/docs", "/readyz/"]
)
def test_unknown_address_is_a_problem(client: TestClient, path: str) -> None:
    """An address with nothing behind it gets a 404 problem."""
    assert_problem(client.get(path), 404)


def test_wrong_method_is_a_problem_that_names_the_right_one(client: TestClient) -> None:
    """A method that an address does not take gets a 405 problem with the allowed ones."""
    response = client.get("/v1/ask")

    assert_problem(response, 405)
    assert response.headers["allow"] == "POST"


def test_failure_is_told_and_logged_without_the_question(
    client: TestClient, assistant: Assistant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A failure inside gives a 500 problem without internals; the log has its place, not its values."""

    def fail(_: Assistant, prepared: PreparedQuestion, *args: object, **options: object) -> None:
        raise RuntimeError(prepared.text)

    monkeypatch.setattr(type(assistant), "answer", fail)
    response = client.post("/v1/ask", json={"question": "secret"})

    assert_problem(response, 500)
    assert "secret" not in response.text + caplog.text
    assert "RuntimeError" not in response.text
    assert "failed with RuntimeError" in caplog.text
    assert "in answer_to" in caplog.text
    assert "content-security-policy" in response.headers


def test_answers_are_logged_without_the_question(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    """A log line tells how a question ended and not what it was."""
    with caplog.at_level(logging.INFO, "api"):
        client.post("/v1/ask", json={"question": QUESTION})
        client.post("/v1/ask", json={"question": QUESTION}, headers={"accept": "text/event-stream"})
        client.get("/", params={"question": QUESTION})

    logged = [record.getMessage() for record in caplog.records if record.name.startswith("api")]

    assert len(logged) == 3
    assert all(line.startswith("answered status=answered statements=1 seconds=") for line in logged)


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)
NEARLY = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("question", "query", "history", "filters", "language", "limit"), ANY_JSON)
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(POSTS), body=ANY_JSON | NEARLY)
def test_no_json_makes_it_fail(client: TestClient, path: str, body: object) -> None:
    """No body whatever gives a 500, and each refusal is a problem."""
    response = client.post(path, content=json.dumps(body), headers=JSON)

    assert response.status_code in {200, 422}
    assert response.status_code == 200 or response.headers["content-type"] == MEDIA_TYPE


def test_every_response_is_safe_for_browsers(client: TestClient) -> None:
    """Pages, files, JSON and problems all carry the headers that let nothing foreign run."""
    for path in ("/", "/widget.js", "/widget/answer.js", "/healthz", "/nope", "/documents/nope"):
        headers = client.get(path).headers

        assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "set-cookie" not in headers


def test_page_answers_without_javascript(client: TestClient) -> None:
    """The address of a question shows its answer with numbered sources, the summary told as such."""
    page = client.get("/", params={"question": QUESTION}).text

    assert "Norway funds the shelter in Accra." in page
    assert 'value="1"' in page
    assert "Summary of" in page
    assert 'href="/documents/ghana-shelter?start=71&amp;end=105#quote"' in page
    assert 'rel="noopener noreferrer"' in page


@pytest.mark.parametrize("question", ["", "  ", UNKNOWN])
def test_page_is_shown_where_there_is_no_answer(client: TestClient, question: str) -> None:
    """An empty question gives the empty page, one without an answer its message."""
    response = client.get("/", params={"question": question})

    assert response.status_code == 200
    assert ("do not tell" in response.text) is (question == UNKNOWN)


def test_page_tells_what_is_wrong_with_a_question(client: TestClient) -> None:
    """A question that can't be asked gives the page with the reason."""
    response = client.get("/", params={"question": "a\0b"})

    assert response.status_code == 422
    assert "none that are not text" in response.text


@pytest.mark.parametrize("page", [True, False], ids=["page", "JSON"])
def test_a_long_story_is_answered_with_its_limit_and_with_help(client: TestClient, page: bool) -> None:
    """Who writes more than is read is told so, is not sent it all back, and still meets the help card."""
    asked = {"question": "They took my passport and I cannot leave. " + "So it went on. " * 500}
    response = client.get("/", params=asked) if page else client.post("/v1/ask", json=asked)

    assert response.status_code == 200
    assert "at most 1,000 characters" in response.text
    assert "You are not alone" in response.text
    assert response.text.count("So it went on.") < 200


def test_question_is_never_run_as_html(client: TestClient) -> None:
    """Markup in a question is shown as it was written."""
    page = client.get("/", params={"question": '"><script>alert(1)</script> who funds the shelter in Accra?'}).text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_document_page_marks_the_quote(client: TestClient) -> None:
    """The viewer marks the cited words, and links to the page that is summed up."""
    page = client.get("/documents/ghana-shelter", params={"start": 71, "end": 105}).text

    assert '<mark id="quote">Norway funds the shelter in Accra.</mark>' in page
    assert "12 March 2015" in page
    assert 'href="https://example.org/accra-shelter"' in page


@pytest.mark.parametrize(
    ("start", "end"), [("", ""), ("x", "y"), ("5", "5"), ("9", "3"), ("-4", "4"), ("0", "99999"), ("0", "9" * 5000)]
)
def test_document_page_stands_without_a_mark(client: TestClient, start: str, end: str) -> None:
    """Offsets that are no stretch of the text leave the page unmarked."""
    response = client.get("/documents/ghana-shelter", params={"start": start, "end": end})

    assert response.status_code == 200
    assert "<mark" not in response.text


@pytest.mark.parametrize("id", [id for id in ABSURD_IDS if "/" not in id and "%2f" not in id and id != ".."])
def test_unknown_document_has_a_page_that_says_so(client: TestClient, id: str) -> None:
    """A reader with an old link gets a page, not a problem for programs."""
    response = client.get(f"/documents/{id}")

    assert response.status_code == 404
    assert "There is no such document" in response.text


def test_quote_over_several_lines_is_marked_in_each() -> None:
    """A quote is marked line by line without list marks, and only its first words carry the anchor."""
    text = "It asks for:\n1. shelter;\n2. food.\n\nIt ends."
    blocks = blocks_of(text, Span(3, 29))

    marked = [piece for block in blocks for line in block.lines for piece in line.pieces if piece.is_marked]

    assert [block.tag for block in blocks] == ["p", "ol", "p"]
    assert [line.number for line in blocks[1].lines] == [1, 2]
    assert [piece.text for piece in marked] == ["asks for:", "shelter;", "f"]
    assert [piece.is_first for piece in marked] == [True, False, False]


@given(st.text(st.sampled_from("ab \n#-1."), min_size=1), st.integers(-1, 30), st.integers(-1, 30))
def test_reading_loses_no_words(text: str, start: int, end: int) -> None:
    """Every character but marks and blanks is shown once, in order, and marked just where the quote is."""
    quote = span_in(text, str(start), str(end))
    pieces = [piece for block in blocks_of(text, quote) for line in block.lines for piece in line.pieces]

    assert [x for x in "".join(piece.text for piece in pieces) if x in "ab"] == [x for x in text if x in "ab"]
    marked = "".join(piece.text for piece in pieces if piece.is_marked)
    assert [x for x in marked if x in "ab"] == [x for x in (quote.of(text) if quote else "") if x in "ab"]
