"""The Python client, the notebook that uses it, and the examples of the page about the API, on a real server."""

import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Response

from api.app import create_app
from api.client import TRIES, Answer, Client, Problem, Refused
from conftest import assistant_over
from drivers.browsing import served
from drivers.http_client import QUESTION, UNKNOWN
from qa import Assistant, Settings, Status
from qa.records.database import Database
from qa.records.keys import Scope, create_key

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def key(tmp_path: Path) -> str:
    """Return a key of the server."""
    return create_key(Database(Settings(var=tmp_path).database_url), "tests", [Scope.ASK, Scope.SEARCH])[1]


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """Serve the three documents; yield the address."""
    with served(create_app(assistant_over(tmp_path), Settings(var=tmp_path))) as address:
        yield address


def test_an_answer_of_the_client_is_all_of_the_servers(url: str) -> None:
    """Nothing of an answer's JSON is lost in the client's types, with a trace and without an answer too."""
    client = Client(f"{url}/")
    answer = client.ask(QUESTION, filters={"countries": ["Ghana"], "since": "2015"}, explain=True)
    refused = client.ask(UNKNOWN)
    sent = client._post("/v1/ask", {"question": QUESTION, "explain": True})

    assert answer.text == "Norway funds the shelter in Accra. [1]"
    assert answer.citations[0].quote == "Norway funds the shelter in Accra."
    assert answer.trace
    assert refused.status is Status.NO_EVIDENCE
    assert Answer.model_validate(sent).model_dump(mode="json") == sent


def test_the_client_searches(url: str) -> None:
    """Hits come with their highlights, and within filters."""
    hits = Client(url).search("hotline", limit=1, filters={"kinds": ["programme"]})

    assert [hit.document_id for hit in hits] == ["colombia-hotline"]
    assert hits[0].highlights


def test_the_client_asks_any_number_of_questions(url: str, key: str) -> None:
    """More than a batch takes are asked in several; each gets its answer, in order."""
    answers = list(Client(url, key).ask_many([QUESTION, *["hello"] * 60, UNKNOWN]))

    assert len(answers) == 62
    assert isinstance(answers[0], Answer)
    assert [answer.status for answer in answers[:2] + answers[-1:] if isinstance(answer, Answer)] == [
        "answered",
        "small_talk",
        "no_evidence",
    ]


def test_a_refusal_tells_why(url: str, key: str) -> None:
    """Without a key, with a wrong filter, and for a question of many, the problem is there."""
    with pytest.raises(Refused, match="Send a key"):
        list(Client(url).ask_many([QUESTION]))
    with pytest.raises(Refused) as refused:
        Client(url).ask(QUESTION, filters={"countries": ["Gana"]})
    [problem] = Client(url, key).ask_many([QUESTION], filters={"countries": ["Gana"]})

    assert refused.value.problem.errors[0].nearest[0] == "Ghana"
    assert isinstance(problem, Problem)
    assert problem.status == 422


@pytest.mark.parametrize("body", [b"<h1>No server is available</h1>", b'{"message": "no"}', b"", b"\xff"])
def test_a_refusal_of_a_proxy_is_one_too(body: bytes) -> None:
    """It is no problem of Waymark's in JSON, but Refused all the same, after no more tries than are told."""
    proxy, asked = FastAPI(), []

    @proxy.post("/v1/ask")
    def refuse() -> Response:
        asked.append(body)
        return Response(body, 503)

    with served(proxy) as url, pytest.raises(Refused, match="has refused") as refused:
        Client(url).ask(QUESTION)

    assert refused.value.problem.status == 503
    assert len(asked) == TRIES


def test_the_examples_of_the_page_are_true(url: str, key: str, tmp_path: Path) -> None:
    """Every command of `docs/api.md` gives what it says, on a server with the three documents."""
    blocks = re.findall(r"```sh\n(.*?)```", (DOCS / "api.md").read_text(encoding="utf-8"), re.DOTALL)
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "WAYMARK_URL": url,
        "WAYMARK_KEY": key,
    }
    command = ["/bin/bash", "-c", "set -euo pipefail\n" + "\n".join(blocks[1:])]
    printed = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    asked, explained, batch, found, figures, quotes = _objects(printed)

    assert blocks[0].startswith("export WAYMARK_URL=")
    assert asked["status"] == explained["status"] == "answered"
    assert explained["trace"]["searches"]
    assert [result["answer"]["status"] for result in batch["results"]] == ["answered", "answered"]
    assert found["hits"][0]["document_id"] == "ghana-shelter"
    assert figures["figures"]
    assert "Germany" in (tmp_path / "germany.csv").read_text(encoding="utf-8")
    assert quotes["citations"] == [citation | {"passage_id": "colombia-hotline"} for citation in asked["citations"]]


def _objects(text: str) -> list[dict[str, Any]]:
    """Return the JSON objects that stand behind each other in a text."""
    objects, decoder = [], json.JSONDecoder()
    while text.strip():
        shown, end = decoder.raw_decode(text.strip())
        objects.append(shown)
        text = text.strip()[end:]
    return objects


@pytest.mark.slow
@pytest.mark.model
def test_the_notebook_makes_its_table(tmp_path: Path, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its cells, run in order, ask fifty questions of the starter collection, and write a table with sources."""
    notebook = json.loads((DOCS / "fifty_questions.ipynb").read_text(encoding="utf-8"))
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    questions = (DOCS / "fifty_questions.txt").read_text(encoding="utf-8")
    (tmp_path / "fifty_questions.txt").write_text(questions, encoding="utf-8")
    assistant = Assistant.from_settings(Settings())
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    with served(create_app(assistant, Settings(var=tmp_path))) as url:
        monkeypatch.setenv("WAYMARK_URL", url)
        monkeypatch.setenv("WAYMARK_KEY", key)
        for cell in cells:
            exec(cell, names)  # noqa: S102 - the notebook's own code
    with (tmp_path / "answers.csv").open(encoding="utf-8", newline="") as file:
        heading, *rows = csv.reader(file)

    assert sum(bool(line.strip()) for cell in cells for line in cell.splitlines()) == 20
    assert heading == ["question", "status", "answer", "sources", "permalink"]
    assert [row[0] for row in rows] == questions.splitlines()
    assert sum(row[1] in {"answered", "partial"} for row in rows) >= 35
    assert all("[1] " in row[3] and row[4] for row in rows if row[1] in {"answered", "partial"})
    assert rows[-2][1] in {"no_evidence", "out_of_scope"}
