"""The quotes of an answer by its permalink: as JSON and as a page, also after the documents have changed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from conftest import DOCUMENTS, assistant_over, generation_of
from doubles.fakes import HashingEncoder
from drivers.http_client import QUESTION, assert_problem
from qa import Settings

MOVED = DOCUMENTS["ghana-shelter.md"].replace("A shelter for 40", "Since long, a shelter for 40")


@pytest.fixture
def permalink(client: TestClient) -> str:
    """Return the permalink of an answer."""
    return str(client.post("/v1/ask", json={"question": QUESTION}).json()["permalink"])


@pytest.fixture
def later(tmp_path: Path) -> Iterator[TestClient]:
    """Return a client of a server whose documents have changed since, and which keeps its first generation."""
    folder = tmp_path / "later"
    folder.mkdir()
    generation_of(DOCUMENTS, folder, HashingEncoder())
    assistant = assistant_over(folder, {"ghana-shelter.md": MOVED})
    (folder / "index").rename(tmp_path / "index")
    with TestClient(create_app(assistant, Settings(var=tmp_path))) as client:
        yield client


def test_a_permalink_gives_the_quotes_of_the_answer(client: TestClient, permalink: str) -> None:
    """They are the citations of the answer, but for the passages in which they were found."""
    cited = client.post("/v1/ask", json={"question": QUESTION}).json()["citations"]
    quotes = client.get(f"/v1{permalink}").json()

    assert quotes["is_current"] is True
    assert permalink.startswith(f"/answers/{quotes['generation']}/")
    assert [citation | {"passage_id": ""} for citation in quotes["citations"]] == [
        citation | {"passage_id": ""} for citation in cited
    ]


@pytest.mark.parametrize(("language", "title"), [("en", "Quotes and their sources"), ("ar", "الاقتباسات ومصادرها")])
def test_a_permalink_is_a_page_in_the_readers_language(
    client: TestClient, permalink: str, language: str, title: str
) -> None:
    """The page has the quote with its source, and no word of the question."""
    page = client.get(permalink, params={"language": language}).text

    assert f"<h1>{title}</h1>" in page
    assert "<mark>Norway funds the shelter in Accra.</mark>" in page
    assert "Shelter for trafficked children opens in Accra" in page
    assert "Who funds" not in page


def test_quotes_are_shown_from_the_generation_that_is_kept(later: TestClient, permalink: str) -> None:
    """Where other words stand in their places now, the quotes come word for word from where they stood."""
    quotes = later.get(f"/v1{permalink}").json()
    [quote] = quotes["citations"]
    page = later.get(permalink).text

    assert quotes["is_current"] is False
    assert "<mark>Norway funds the shelter in Accra.</mark>" in page
    assert quote["view_url"] not in page.replace("&amp;", "&")
    assert quote["quote"] == "Norway funds the shelter in Accra."
    assert quote["start"] == 71


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_quotes_that_can_not_be_had_any_more_are_gone(later: TestClient, permalink: str, accept: str) -> None:
    """Where that generation is not kept either, the reply says so, to people as a page."""
    generation = permalink.split("/")[2]
    lost = permalink.replace(generation, "000099-00000000")
    page = later.get(lost, headers={"accept": accept})
    problem = assert_problem(later.get(f"/v1{lost}"), 410)

    assert "the older ones are not kept" in page.text or "those that were quoted are not kept" in page.text
    assert page.status_code == 410
    assert "documents have changed" in problem["detail"]


def test_a_damaged_generation_is_as_one_that_is_gone(later: TestClient, permalink: str, tmp_path: Path) -> None:
    """Nothing is quoted from files that are not as they were written."""
    file = tmp_path / "index" / permalink.split("/")[2] / "texts.sqlite"
    file.write_bytes(file.read_bytes().replace(b"Norway", b"Sweden"))

    assert_problem(later.get(f"/v1{permalink}"), 410)


@pytest.mark.parametrize("path", ["x", "%C3%A9", "YQ", "A" * 5000])
def test_what_is_no_permalink_is_not_found(client: TestClient, path: str) -> None:
    """An invented address is a problem for programs, and a page for people."""
    assert_problem(client.get(f"/v1/answers/000001-00000000/{path}"), 404)
    page = client.get(f"/answers/000001-00000000/{path}", headers={"accept": "text/html"})

    assert page.status_code == 404
    assert "There is no such page" in page.text
