"""The limits of requests: every field is validated, and unknown fields are refused."""

import json

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.formats.errors import MEDIA_TYPE, NOT_TEXT
from api.guards.middleware import MAX_BODY
from drivers.http_client import JSON, POSTS, QUESTION, assert_problem


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
    """Every invalid body gets a problem that names the cause."""
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
def test_characters_that_are_not_text_are_named(client: TestClient, text: str) -> None:
    """The asker learns that the characters are what is wrong."""
    problem = client.post("/v1/ask", content=json.dumps({"question": text}), headers=JSON).json()

    assert problem["detail"] == f"question: {NOT_TEXT}"


@pytest.mark.parametrize(
    ("path", "extra", "field"),
    [
        ("/v1/ask", {"secret": 1}, "body"),
        ("/v1/ask", {"history": [{"question": "x"}] * 21}, "history"),
        ("/v1/ask", {"history": [{"question": "x" * 60_001}]}, "history.0.question"),
        ("/v1/ask", {"history": [{"question": "x", "answer": "y" * 8001}]}, "history.0.answer"),
        ("/v1/ask", {"history": [{"question": "x", "secret": ""}]}, "history.0"),
        ("/v1/ask", {"history": {}}, "history"),
        ("/v1/ask", {"drop": ["x"] * 21}, "drop"),
        ("/v1/ask", {"drop": ["x" * 301]}, "drop.0"),
        ("/v1/ask", {"drop": "turns"}, "drop"),
        ("/v1/ask", {"filters": {"countries": ["x"] * 51}}, "filters.countries"),
        ("/v1/ask", {"filters": {"countries": ["x" * 101]}}, "filters.countries.0"),
        ("/v1/ask", {"filters": {"countries": "Ghana"}}, "filters.countries"),
        ("/v1/ask", {"filters": {"regions": ["x"]}}, "filters"),
        ("/v1/ask", {"filters": {"since": "March 2015"}}, "filters.since"),
        ("/v1/search", {"filters": {"until": "2015-02-30"}}, "filters.until"),
        ("/v1/ask", {"documents": 0}, "documents"),
        ("/v1/ask", {"words": 9}, "words"),
        ("/v1/ask", {"explain": 1}, "explain"),
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


def test_longest_texts_are_taken(client: TestClient) -> None:
    """Texts of the maximum length are answered."""
    asked = {"question": " " + "x" * 1000 + " ", "history": [{"question": "y" * 50_000, "answer": "z" * 8000}]}

    assert client.post("/v1/ask", json=asked).status_code == 200


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("type", ["", "text/plain", "application/x-www-form-urlencoded", "json", "\xff"])
def test_only_json_is_taken(client: TestClient, path: str, type: str) -> None:
    """A body of another type, or of none, is refused with what to send instead."""
    headers = [(b"content-type", type.encode("latin-1"))]
    problem = assert_problem(client.post(path, content=b'{"question": "x"}', headers=headers), 415)

    assert "application/json" in problem["detail"]


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)
NEARLY = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("question", "query", "history", "drop", "filters", "language", "limit"), ANY_JSON)
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(POSTS), body=ANY_JSON | NEARLY)
def test_no_json_makes_it_fail(client: TestClient, path: str, body: object) -> None:
    """No body whatever gives a 500, and each refusal is a problem."""
    response = client.post(path, content=json.dumps(body), headers=JSON)

    assert response.status_code in {200, 422}
    assert response.status_code == 200 or response.headers["content-type"] == MEDIA_TYPE
