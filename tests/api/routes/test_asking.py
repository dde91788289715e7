"""Staff ask with filters, bounds and explanations, and many questions at once."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

import qa.pipeline.retrieval
from api.app import create_app
from drivers.http_client import QUESTION, UNKNOWN, assert_problem
from qa import Answer, Assistant, Settings
from qa.pipeline.trace import Trace
from qa.records.database import Database
from qa.records.keys import Scope, create_key
from qa.stopping import check_wanted

CRY = "They took my passport and I cannot leave. Help me!"
HOTLINE = {"question": "Who runs the hotline today?", "filters": {"countries": ["Colombia"]}}


@pytest.fixture
def staff(assistant: Assistant, tmp_path: Path) -> Iterator[TestClient]:
    """Return a client with a key, of a server that has a place for one question of the public."""
    settings = Settings(var=tmp_path, questions_at_work=1, questions_waiting=0)
    _, key = create_key(Database(settings.database_url), "tests", [Scope.ASK])
    with TestClient(create_app(assistant, settings), headers={"authorization": f"Bearer {key}"}) as client:
        yield client


@pytest.mark.parametrize(
    ("filters", "field", "nearest"),
    [
        ({"countries": ["Ghana", "secret of Gana"]}, "filters.countries.1", "Ghana"),
        ({"kinds": ["programmes"]}, "filters.kinds.0", "programme"),
        ({"since": "2024"}, "filters.since", "2015"),
    ],
    ids=str,
)
@pytest.mark.parametrize(("path", "name"), [("/v1/ask", "question"), ("/v1/search", "query")])
def test_a_filter_that_no_document_has_is_refused_with_the_nearest_values(
    client: TestClient, path: str, name: str, filters: dict[str, Any], field: str, nearest: str
) -> None:
    """The problem names the field and what was perhaps meant, and does not repeat what was sent."""
    response = client.post(path, json={name: QUESTION, "filters": filters})
    [error] = assert_problem(response, 422)["errors"]

    assert error["field"] == field
    assert error["nearest"][0] == nearest
    assert nearest in error["message"]
    assert "secret" not in response.text


@pytest.mark.parametrize(("path", "name"), [("/v1/ask", "question"), ("/v1/search", "query")])
def test_many_wrong_filters_take_no_more_time_than_ten(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, path: str, name: str
) -> None:
    """The nearest values are looked for only of those that the problem lists, since all others wait meanwhile."""
    looked_for: list[str] = []
    monkeypatch.setattr(qa.answers.hits, "nearest_values", lambda wanted, _: looked_for.append(wanted) or [])
    wrong = {field: [f"nowhere {number}" for number in range(50)] for field in qa.answers.hits.FACET_OF}
    problem = assert_problem(client.post(path, json={name: QUESTION, "filters": wrong}), 422)

    assert len(looked_for) == len(problem["errors"]) == 10


def test_who_may_be_at_risk_gets_the_card_whatever_is_filtered(client: TestClient) -> None:
    """A wrong filter keeps nobody from help."""
    answer = client.post("/v1/ask", json={"question": CRY, "filters": {"countries": ["Gana"]}}).json()

    assert answer["help"]["lines"]


def test_countries_go_by_all_their_names(client: TestClient) -> None:
    """A filter may name a country as the catalogue does, or otherwise."""
    asked = {"question": QUESTION, "filters": {"countries": ["republic of ghana", "GHANA"]}}
    response = client.post("/v1/ask", json={**asked, "filters": {"countries": ["GHANA"]}})

    assert response.json()["status"] == "answered"


def test_an_explanation_comes_where_it_is_asked_for(client: TestClient) -> None:
    """With `explain` the answer has its trace, once in a stream; all else of it is the same."""
    plain = client.post("/v1/ask", json={"question": QUESTION}).json()
    explained = client.post("/v1/ask", json={"question": QUESTION, "explain": True}).json()
    stream = client.post(
        "/v1/ask", json={"question": QUESTION, "explain": True}, headers={"accept": "text/event-stream"}
    ).text
    [search] = explained.pop("trace")["searches"]

    assert plain.pop("trace") is None
    assert plain | {"timings_ms": {}} == explained | {"timings_ms": {}}
    assert search["searched"] == QUESTION
    assert search["sentences"][0]["text"] == "Norway funds the shelter in Accra."
    assert stream.count('"searches"') == 1


def test_an_answer_keeps_to_its_bounds(client: TestClient) -> None:
    """At most so many documents are cited."""
    question = "Who funds the shelter in Accra and how many calls has the hotline of Colombia taken since 2003?"

    def cited(**bounds: int) -> set[str]:
        answer = client.post("/v1/ask", json={"question": question, **bounds}).json()
        return {citation["document_id"] for citation in answer["citations"]}

    assert len(cited()) == len(cited(documents=2, words=400)) == 2
    assert len(cited(documents=1)) == 1


def test_few_words_are_answered_in_the_language_of_the_turns(client: TestClient) -> None:
    """Alone, "eu money?" seems to be Portuguese."""
    history = [{"question": "Where is the shelter for trafficked children?", "answer": "In Accra."}]
    asked = client.post("/v1/ask", json={"question": "eu money?", "history": history})

    assert asked.json()["language"] == "en"


def test_a_batch_is_answered_in_order(staff: TestClient) -> None:
    """Each question gets what it would get alone: an answer, a refusal, the card, or a problem."""
    unknown = {"question": QUESTION, "filters": {"themes": ["protect"]}}
    asked = [{"question": QUESTION}, HOTLINE, {"question": UNKNOWN}, {"question": CRY}, unknown]
    results = staff.post("/v1/ask/batch", json={"questions": asked}).json()["results"]
    answers = [result["answer"] for result in results]
    alone = staff.post("/v1/ask", json=asked[1]).json()

    assert [answer and answer["status"] for answer in answers[:3]] == ["answered", "answered", "no_evidence"]
    assert answers[1] | {"timings_ms": {}} == alone | {"timings_ms": {}}
    assert answers[3]["help"]["lines"]
    assert [result["problem"] is None for result in results] == [True] * 4 + [False]
    assert results[4]["answer"] is None
    assert results[4]["problem"]["errors"][0]["nearest"][0] == "protection"


@pytest.mark.parametrize(
    ("questions", "field"),
    [([], "questions"), ([{"question": "x"}] * 51, "questions"), ([{"question": ""}], "questions.0.question")],
    ids=["none", "too many", "an empty one"],
)
def test_what_is_no_batch_is_a_problem(staff: TestClient, questions: list[dict[str, str]], field: str) -> None:
    """The field that is wrong is named."""
    problem = assert_problem(staff.post("/v1/ask/batch", json={"questions": questions}), 422)

    assert problem["errors"][0]["field"] == field


def test_a_batch_needs_a_key(staff: TestClient, client: TestClient) -> None:
    """The public can't ask by batches."""
    asked = {"questions": [{"question": QUESTION}]}

    assert_problem(staff.post("/v1/ask/batch", json=asked, headers={"authorization": ""}), 401)
    assert_problem(client.post("/v1/ask/batch", json=asked), 401)


def test_a_batch_takes_no_place_of_the_public(
    staff: TestClient, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a batch is at work, the one place for the public is free; two batches are answered by turns."""
    at_work, go_on, names = threading.Semaphore(0), threading.Event(), []
    answer = type(assistant).answer

    def slow(self: Assistant, *args: Any, **options: Any) -> tuple[Answer, Trace]:  # noqa: ANN401 - of answer
        names.append(threading.current_thread().name)
        if names[-1].startswith("staff"):
            at_work.release()
            go_on.wait(20)
        return answer(self, *args, **options)

    monkeypatch.setattr(type(assistant), "answer", slow)
    asked = {"questions": [{"question": QUESTION}] * 2}
    with ThreadPoolExecutor(2) as threads:
        batches = [threads.submit(staff.post, "/v1/ask/batch", json=asked) for _ in range(2)]
        at_work.acquire(timeout=20)
        public = staff.post("/v1/ask", json={"question": QUESTION})
        go_on.set()
        results = [batch.result().json()["results"] for batch in batches]

    assert public.json()["status"] == "answered"
    assert [len(batch) for batch in results] == [2, 2]
    assert sorted(name.partition("_")[0] for name in names) == ["answering", *["staff"] * 4]


def test_a_question_of_a_batch_that_takes_too_long_is_a_problem_of_its_own(
    assistant: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its time counts from its turn; the others are answered."""
    answer, first_calls = type(assistant).answer, [True]
    settings = Settings(var=tmp_path, answer_seconds=0.5)
    _, key = create_key(Database(settings.database_url), "tests", [Scope.ASK])

    def slow(self: Assistant, *args: Any, **options: Any) -> tuple[Answer, Trace]:  # noqa: ANN401 - of answer
        while first_calls:
            try:
                check_wanted()
            except BaseException:
                first_calls.clear()
                raise
        return answer(self, *args, **options)

    monkeypatch.setattr(type(assistant), "answer", slow)
    with TestClient(create_app(assistant, settings), headers={"authorization": f"Bearer {key}"}) as client:
        asked = {"questions": [{"question": QUESTION}] * 2}
        first, second = client.post("/v1/ask/batch", json=asked).json()["results"]

    assert first["problem"]["status"] == 503
    assert first["problem"]["help"]["lines"]
    assert second["answer"]["status"] == "answered"


def test_hits_have_pages_addresses_and_highlights(client: TestClient) -> None:
    """The words of the query are where their offsets say, in code points and as JavaScript counts."""
    [hit, *_] = client.post("/v1/search", json={"query": "trafficking of children in Accra"}).json()["hits"]
    units = hit["text"].encode("utf-16-le")
    marked = [hit["text"][mark["start"] : mark["end"]] for mark in hit["highlights"]]

    assert {"trafficked", "children", "Accra"} <= set(marked)
    assert [
        units[2 * mark["start_utf16"] : 2 * mark["end_utf16"]].decode("utf-16-le") for mark in hit["highlights"]
    ] == (marked)
    assert hit["page"] is None
    assert hit["quote_url"] == hit["url"] == "https://example.org/accra-shelter"  # of a summary
    assert client.get(hit["view_url"].partition("#")[0]).text.count('<mark id="quote">') == 1
