"""Errors as problem details, which repeat nothing of what was sent."""

import pytest
from fastapi.testclient import TestClient

from drivers.http_client import assert_problem
from qa import Assistant
from qa.safety.intake import PreparedQuestion


def test_errors_are_listed_in_bounds(client: TestClient) -> None:
    """A body with a thousand errors does not get a thousand back."""
    problem = assert_problem(client.post("/v1/ask", json={str(n): n for n in range(1000)}), 422)

    assert len(problem["errors"]) == 10


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


def test_failure_is_reported_and_logged_without_the_question(
    client: TestClient, assistant: Assistant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A failure inside gives a 503 problem with the card and no internals; the log has its place, not its values."""

    def fail(_: Assistant, prepared: PreparedQuestion, *args: object, **options: object) -> None:
        raise RuntimeError(prepared.text)

    monkeypatch.setattr(type(assistant), "answer", fail)
    response = client.post("/v1/ask", json={"question": "secret"})

    assert_problem(response, 503)
    assert response.json()["help"]["lines"]
    assert "secret" not in response.text + caplog.text
    assert "RuntimeError" not in response.text
    assert "failed with RuntimeError" in caplog.text
    assert "in _ask_assistant" in caplog.text
    assert "content-security-policy" in response.headers
