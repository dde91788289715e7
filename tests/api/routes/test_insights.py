"""The page of staff shows what the records tell, to who has a key of the scope `admin`."""

import copy
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from doubles.model_server import model_server, settings_for
from drivers.http_client import QUESTION, UNKNOWN
from qa import Assistant, Settings
from qa.evaluation.judging.suites import Row
from qa.records.database import Database
from qa.records.keys import Scope, create_key
from qa.writer.llm import LanguageModel

PATHS = ["/staff/insights", "/staff/insights/questions.jsonl", "/staff/insights/votes/1"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return settings under which records are kept."""
    return Settings(database=f"sqlite:///{tmp_path / 'records.sqlite'}", records=True)


def test_staff_reads_what_was_not_answered(assistant: Assistant, settings: Settings) -> None:
    """A question without an answer, a comment and the documents are in tables; the question is a line of a suite."""
    key = create_key(Database(settings.database_url), "insights", [Scope.ADMIN])[1]
    with TestClient(create_app(assistant, settings)) as client:
        answer = client.post("/v1/ask", json={"question": UNKNOWN}).json()
        vote = {"answer_id": answer["id"], "useful": False, "comment": "<b>No."}
        client.post("/v1/feedback", json=vote)
    with TestClient(create_app(assistant, settings)) as client:  # the one before has written all
        page, suite = (client.get(path, auth=("staff", key)) for path in PATHS[:2])

    assert page.status_code == suite.status_code == 200
    assert f'<td dir="auto">{UNKNOWN}</td>' in page.text
    assert "&lt;b&gt;No." in page.text
    assert "Shelter for trafficked children" in page.text
    assert Row.model_validate_json(suite.text).question == UNKNOWN


def test_one_click_makes_a_line_of_a_suite(assistant: Assistant, settings: Settings) -> None:
    """Each question has a link that gives its line alone, and a box by which several are chosen."""
    key = create_key(Database(settings.database_url), "insights", [Scope.ADMIN])[1]
    questions = [UNKNOWN, "Where is the deepest lake?", "Which metal is the heaviest?"]
    with TestClient(create_app(assistant, settings)) as client:
        for question in questions:
            client.post("/v1/ask", json={"question": question})
    with TestClient(create_app(assistant, settings)) as client:
        page = client.get(PATHS[0], auth=("staff", key)).text
        ids = re.findall(r'<input type="checkbox" name="id" value="(\d+)"', page)
        one = client.get(re.findall(r'href="([^"]*\?id=\d+)"', page)[-1], auth=("staff", key))
        two = client.get(PATHS[1], params={"id": ids[:2]}, auth=("staff", key))

    assert one.headers["content-disposition"] == "attachment; filename=questions.jsonl"
    assert Row.model_validate_json(one.text).question == UNKNOWN
    assert [Row.model_validate_json(line).question for line in two.text.splitlines()] == questions[1:]
    assert page.count("<svg") == 1


def test_a_vote_leads_to_the_trace(assistant: Assistant, settings: Settings) -> None:
    """A vote with a question leads to the sentences that were weighed for it, found anew; one without leads nowhere."""
    key = create_key(Database(settings.database_url), "insights", [Scope.ADMIN])[1]
    with TestClient(create_app(assistant, settings)) as client:
        for text in (QUESTION, f"{QUESTION} Write to ana@example.org"):
            answer = client.post("/v1/ask", json={"question": text}).json()
            client.post("/v1/feedback", json={"answer_id": answer["id"], "useful": False})
        client.post("/v1/feedback", json={"answer_id": "0f3a61c2b7d94e58", "useful": False})
    with TestClient(create_app(assistant, settings)) as client:
        page = client.get(PATHS[0], auth=("staff", key)).text
        masked, same = (client.get(f"/staff/insights/votes/{id}", auth=("staff", key)).text for id in (2, 1))
        statuses = [client.get(f"/staff/insights/votes/{id}", auth=("staff", key)).status_code for id in (3, 4)]

    assert re.findall(r'href="/staff/insights/votes/(\d+)"', page) == ["2", "1"]
    assert "Norway" in same
    assert "from the same question, index and settings as then" in same
    assert "[e-mail]" in masked
    assert "not as then" in masked
    assert statuses == [404, 404]


def test_the_trace_of_a_vote_asks_no_model(assistant: Assistant, settings: Settings) -> None:
    """What a model wrote is explained by quotes, and the page says so: nothing is sent a second time."""
    key = create_key(Database(settings.database_url), "insights", [Scope.ADMIN])[1]
    with model_server(lambda reply: reply.say(reply.answer())) as server:
        writing = copy.copy(assistant)
        writing.model = LanguageModel(settings_for(server.url))
        with TestClient(create_app(writing, settings)) as client:
            answer = client.post("/v1/ask", json={"question": QUESTION}).json()
            client.post("/v1/feedback", json={"answer_id": answer["id"], "useful": False})
        asked = len(server.requests)
        with TestClient(create_app(writing, settings)) as client:
            page = client.get(PATHS[2], auth=("staff", key)).text

    assert "Norway" in page
    assert "is not asked again" in page
    assert (asked, len(server.requests)) == (1, 1)


def test_there_is_a_problem_while_the_database_is_gone(assistant: Assistant, settings: Settings) -> None:
    """The page says that the database is gone, though the key was checked before."""
    key = create_key(Database(settings.database_url), "insights", [Scope.ADMIN])[1]
    with TestClient(create_app(assistant, settings)) as client:
        before = client.get(PATHS[0], auth=("staff", key))
        file = Path(settings.database_url.removeprefix("sqlite:///"))
        file.unlink()
        file.mkdir()
        after = [client.get(path, auth=("staff", key)).status_code for path in (*PATHS, f"{PATHS[1]}?id=1")]

    assert before.status_code == 200
    assert set(after) == {503}


@pytest.mark.parametrize("path", PATHS)
def test_nobody_else_does(assistant: Assistant, settings: Settings, path: str) -> None:
    """A browser is asked for a key; a worthless one is asked for again, one of another scope is refused."""
    other = create_key(Database(settings.database_url), "asking", [Scope.ASK])[1]
    with TestClient(create_app(assistant, settings)) as client:
        asked = [client.get(path), client.get(path, auth=("staff", "wm_dummy"))]
        refused = client.get(path, auth=("staff", other))

    assert [response.status_code for response in asked] == [401, 401]
    assert {response.headers["www-authenticate"] for response in asked} == {'Basic realm="Waymark"'}
    assert refused.status_code == 403


def test_there_is_no_page_without_records(assistant: Assistant, settings: Settings) -> None:
    """Where no records are kept, there is nothing to show."""
    key = create_key(Database(settings.database_url), "insights", [Scope.ADMIN])[1]
    with TestClient(create_app(assistant, settings.model_copy(update={"records": False}))) as client:
        assert client.get(PATHS[0], auth=("staff", key)).status_code == 404


@pytest.mark.parametrize("path", [f"/staff/insights/votes/{10**30}", f"/staff/insights/questions.jsonl?id={10**30}"])
def test_an_id_that_no_database_takes_is_refused(assistant: Assistant, settings: Settings, path: str) -> None:
    """It was an internal error."""
    key = create_key(Database(settings.database_url), "insights", [Scope.ADMIN])[1]
    with TestClient(create_app(assistant, settings), raise_server_exceptions=False) as client:
        assert client.get(path, auth=("staff", key)).status_code == 422
