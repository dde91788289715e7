"""Who may use which route: no key, a wrong scope, a revoked or expired key, the right one; and no database."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import httpx2
import pytest
from fastapi import Depends, FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

from api.app import create_app
from api.formats.errors import problem_responses
from api.guards import keys
from api.guards.keys import needs
from drivers.http_client import QUESTION, assert_problem
from qa import Assistant, Settings
from qa.records.database import Database
from qa.records.keys import Scope, create_key, read_keys, revoke_key

# Routes that the public has where WAYMARK_PUBLIC is true, and the scopes that they need where it is false.
PUBLIC: dict[tuple[str, str], tuple[Scope, dict[str, Any] | None]] = {
    ("POST", "/v1/ask"): (Scope.ASK, {"question": QUESTION}),
    ("POST", "/v1/search"): (Scope.SEARCH, {"query": QUESTION}),
    ("POST", "/v1/feedback"): (Scope.ASK, {"answer_id": "0f3a61c2b7d94e58", "useful": True}),
    ("GET", "/v1/documents"): (Scope.SEARCH, None),
    ("GET", "/v1/documents/ghana-shelter"): (Scope.SEARCH, None),
}
STAFF = {("GET", f"/staff/{scope}"): (scope, None) for scope in Scope}
ROUTES = PUBLIC | STAFF
OPEN = ["/", "/help", "/healthz", "/readyz", "/documents", "/openapi.json", "/widget.js"]


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """Return the database of keys."""
    return Database(f"sqlite:///{tmp_path / 'records.sqlite'}")


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, Any]:
    """Return settings under which the database is found, and feedback taken."""
    return {"database": f"sqlite:///{tmp_path / 'records.sqlite'}", "records": True}


def client_of(assistant: Assistant, settings: dict[str, Any]) -> TestClient:
    """Return a client of an application with a staff route for each scope."""
    app = create_app(assistant, Settings(**settings))
    for scope in Scope:
        app.get(f"/staff/{scope}", dependencies=[Depends(needs(scope))], responses=problem_responses(401, 403, 503))(
            lambda: "done"
        )
    return TestClient(app, raise_server_exceptions=False)


@pytest.fixture
def private(assistant: Assistant, settings: dict[str, Any]) -> Iterator[TestClient]:
    """Return a client of an application that is not public."""
    with client_of(assistant, settings | {"public": False}) as client:
        yield client


def send(client: TestClient, route: tuple[str, str], key: str | None) -> httpx2.Response:
    """Send a right request with a key, or without."""
    headers = {"authorization": f"Bearer {key}"} if key is not None else {}
    return client.request(*route, json=ROUTES[route][1], headers=headers)


@pytest.mark.parametrize("route", ROUTES, ids=" ".join)
def test_a_route_takes_the_right_key_alone(private: TestClient, database: Database, route: tuple[str, str]) -> None:
    """A valid key of the scope is let in; none, a revoked and an expired one get 401, one of all other scopes 403."""
    scope = ROUTES[route][0]
    revoked, revoked_text = create_key(database, "revoked", [scope])
    revoke_key(database, revoked.id)
    expired = create_key(database, "expired", [scope], timedelta(seconds=-1))[1]
    others = create_key(database, "others", [other for other in Scope if other != scope])[1]
    right = create_key(database, "right", [scope], timedelta(days=1))[1]

    for wrong in (None, "", "sk-dummy", "wm_00000000_" + "x" * 43, f"{right}x", revoked_text, expired):
        refused = send(private, route, wrong)
        assert_problem(refused, 401)
        assert refused.headers["www-authenticate"] == "Bearer"
    assert_problem(send(private, route, others), 403)
    assert send(private, route, right).is_success


def test_no_route_forgets_to_ask(private: TestClient, database: Database) -> None:
    """Whatever route is added: where the API takes keys, it refuses no key, a revoked one, and one without scopes."""
    revoked, revoked_text = create_key(database, "revoked", Scope)
    revoke_key(database, revoked.id)
    nothing = create_key(database, "good for nothing", [])[1]
    routes = [
        (method, route.path)
        for route in iter_route_contexts(cast(FastAPI, private.app).routes)
        for method in route.methods or ()
        if route.path and route.path.startswith(("/v1/", "/staff/", "/mcp"))
    ]

    def statuses(headers: dict[str, str]) -> set[int]:
        return {private.request(*route, json={}, headers=headers).status_code for route in routes}

    assert len(routes) >= len(ROUTES)
    assert statuses({}) == statuses({"authorization": f"Bearer {revoked_text}"}) == {401}
    assert statuses({"authorization": f"Bearer {nothing}"}) <= {401, 403}  # 401 of pages, which take a key otherwise


def test_what_everybody_needs_is_open(private: TestClient) -> None:
    """Pages, help, files and probes take no key, even where the API does."""
    assert {path: private.get(path).status_code for path in OPEN} == dict.fromkeys(OPEN, 200)


@pytest.mark.parametrize("route", PUBLIC, ids=" ".join)
def test_public_routes_need_no_key(
    assistant: Assistant, settings: dict[str, Any], database: Database, route: tuple[str, str]
) -> None:
    """Anybody may ask, also with what other clients send as a key; who sends a worthless one of Waymark is told so."""
    other = create_key(database, "admin", [Scope.ADMIN])[1]
    with client_of(assistant, settings) as client:
        assert all(send(client, route, key).is_success for key in (None, "", "sk-dummy"))
        assert send(client, route, "wm_dummy").status_code == 401
        assert send(client, route, other).status_code == 403


def test_without_its_database_the_public_side_goes_on(
    assistant: Assistant, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Where the database is gone, staff gets 503, and the public its answers, whatever key it sends."""
    with client_of(assistant, {"database": f"sqlite:///{tmp_path}", "records": True}) as client:
        staff = [send(client, route, "wm_00000000_" + "x" * 43) for route in STAFF]
        public = [send(client, route, "wm_00000000_" + "x" * 43) for route in PUBLIC]
        without = [send(client, route, None) for route in PUBLIC]

    assert [assert_problem(response, 503)["detail"] for response in staff] == [keys.DATABASE_GONE] * len(STAFF)
    assert all(response.is_success for response in (*public, *without))
    assert "database" in caplog.text


def test_a_revoked_key_ends_within_seconds(
    private: TestClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keys are read again after some seconds and not for each request; a use is noted meanwhile, once."""
    reads: list[Database] = []
    monkeypatch.setattr(keys, "read_keys", lambda database: reads.append(database) or read_keys(database))
    key, text = create_key(database, "admin", [Scope.ADMIN])
    route = ("GET", "/staff/admin")
    before = [send(private, route, text).status_code for _ in range(5)]
    revoke_key(database, key.id)
    still = send(private, route, text).status_code
    monkeypatch.setattr(keys, "FRESH_S", 0.0)
    after = send(private, route, text).status_code

    assert before == [200] * 5
    assert (still, after) == (200, 401)
    assert len(reads) == 2
    assert read_keys(database)[key.id].last_used


def test_keys_are_described(private: TestClient) -> None:
    """The OpenAPI document tells which routes need a key, and of which scope."""
    document = private.get("/openapi.json").json()

    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    assert document["paths"]["/staff/ingest"]["get"]["security"] == [{"key": ["ingest"]}]
    assert "security" not in document["paths"]["/v1/ask"]["post"]
