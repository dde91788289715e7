"""The pages as the server writes them: the chat without JavaScript, and documents with the quote marked."""

import re
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.formats.schemas import AskRequest
from api.routes import pages
from drivers.http_client import INVALID_IDS, QUESTION, UNKNOWN
from drivers.scenes import HELP
from qa import Status
from qa.answers.answer import answer_json


@pytest.mark.parametrize(
    ("wanted", "language", "text"),
    [
        ({"headers": {"accept-language": "ar-EG, en;q=0.5"}}, 'lang="ar" dir="rtl"', "لا أعرف"),
        ({"params": {"language": "ru"}, "headers": {"accept-language": "fr"}}, 'lang="ru" dir="ltr"', "Я не знаю"),
        ({"headers": {"accept-language": "sw"}}, 'lang="en" dir="ltr"', "I don&#39;t know"),
    ],
    ids=["browser", "chosen", "neither"],
)
def test_page_speaks_the_readers_language(client: TestClient, wanted: dict[str, Any], language: str, text: str) -> None:
    """The page is in the chosen language, else the browser's, else English; an answer is in its question's."""
    questions = {"لا أعرف": "ما هي درجة غليان التنغستن؟", "Я не знаю": "Какова температура кипения вольфрама?"}
    asked = {"question": questions.get(text, UNKNOWN)}
    page = client.post("/", data=asked, **wanted).text

    assert f"<html {language}>" in page
    assert text in page


def test_page_shows_help_before_the_answer(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without JavaScript too, the help card comes first, with numbers to dial, and the documents below are folded."""
    changes = {"help": HELP, "status": Status.PARTIAL, "short_answer": "Norway", "related_questions": ("Where is it?",)}
    monkeypatch.setattr(pages, "answer_json", lambda answer: answer_json(replace(answer, **changes)))
    page = client.post("/", data={"question": QUESTION}).text

    parts = ('class="help"', "Show what the documents say", "In short", 'class="statements"')
    assert 0 < page.index(parts[0]) < page.index(parts[1]) < page.index(parts[2]) < page.index(parts[3])
    assert 'href="tel:0800000000"' in page
    assert 'class="related"' not in page


def test_page_answers_without_javascript(client: TestClient) -> None:
    """A posted question shows its answer with numbered sources, a summary named as such."""
    page = client.post("/", data={"question": QUESTION}).text

    assert "Norway funds the shelter in Accra." in page
    assert 'value="1"' in page
    assert "Summary of" in page
    assert 'href="/documents/ghana-shelter?start=71&amp;end=105#quote"' in page
    assert 'rel="noopener noreferrer"' in page


@pytest.mark.parametrize("question", ["", "  ", UNKNOWN])
def test_page_is_shown_where_there_is_no_answer(client: TestClient, question: str) -> None:
    """An empty question gives the empty page, one without an answer its message."""
    response = client.post("/", data={"question": question})

    assert response.status_code == 200
    assert ("do not tell" in response.text) is (question == UNKNOWN)


def test_page_tells_what_is_wrong_with_a_question(client: TestClient) -> None:
    """A question that can't be asked gives the page with the reason."""
    response = client.post("/", data={"question": "a\0b"})

    assert response.status_code == 422
    assert "none that are not text" in response.text


def test_page_hands_dropped_topics_on(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ids under `dropped` and `drop` reach the assistant; one that is no text gives the page with the reason."""
    asked: list[AskRequest] = []
    answer_to = pages.answer_to
    monkeypatch.setattr(pages, "answer_to", lambda body, *others: asked.append(body) or answer_to(body, *others))
    answered = client.post("/", data={"asked": QUESTION, "dropped": "turns", "drop": "2018"})

    assert asked[0].drop == ["turns", "2018"]
    assert "Norway funds the shelter in Accra." in answered.text
    assert client.post("/", data={"asked": QUESTION, "drop": "a\0b"}).status_code == 422


def test_question_is_never_run_as_html(client: TestClient) -> None:
    """Markup in a question is shown as it was written."""
    page = client.post("/", data={"question": '"><script>alert(1)</script> who funds the shelter in Accra?'}).text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_document_page_marks_the_quote(client: TestClient) -> None:
    """The viewer marks the cited words, and links to the page that is summed up."""
    page = client.get("/documents/ghana-shelter", params={"start": 71, "end": 105}).text

    assert '<mark id="quote">Norway funds the shelter in Accra.</mark>' in page
    assert "12 March 2015" in page
    assert 'href="https://example.org/accra-shelter"' in page


def test_documents_are_browsed_by_facets_with_counts(client: TestClient) -> None:
    """The page lists what was chosen, newest first, and names countries in the reader's language."""
    page = client.get("/documents", params={"language": "es", "country": "", "theme": ""}).text
    chosen = client.get("/documents", params={"country": "Ghana", "kind": "news"}).text

    assert (
        page.index("Shelter for trafficked") < page.index("Colombia&#39;s hotline") < page.index("Regional conference")
    )
    assert '<option value="Ghana" dir="auto">Ghana (1)</option>' in page
    assert "Documentos: 3" in page
    assert '<option value="Ghana" dir="auto" selected>' in chosen
    assert 'href="/documents/ghana-shelter?language=en"' in chosen
    assert "colombia-hotline" not in chosen


def test_documents_go_on_where_a_page_ends(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The link to further documents keeps language and choice; the last page has none."""
    monkeypatch.setattr(pages, "DOCUMENTS_A_PAGE", 1)
    first = client.get("/documents", params={"language": "fr"}).text
    chosen = client.get("/documents", params={"kind": "news"}).text

    onward = "/documents?language=fr&after=ghana-shelter"
    assert f'href="{onward.replace("&", "&amp;")}"' in first
    assert "colombia-hotline" in client.get(onward).text
    assert "after=" not in chosen
    assert client.get("/documents", params={"after": "none"}).status_code == 404


def test_a_choice_that_no_document_has_stays_chosen(client: TestClient) -> None:
    """Two choices that exclude each other, or an invented one, leave an empty list that shows why."""
    page = client.get("/documents", params={"country": "Ghana", "kind": "<b>x"}).text

    assert "Documents: 0" in page
    assert "&lt;b&gt;x (0)</option>" in page
    assert "<b>x" not in page


@pytest.mark.parametrize(
    ("start", "end"), [("", ""), ("x", "y"), ("5", "5"), ("9", "3"), ("-4", "4"), ("0", "99999"), ("0", "9" * 5000)]
)
def test_document_page_stands_without_a_mark(client: TestClient, start: str, end: str) -> None:
    """Offsets that are no stretch of the text leave the page unmarked."""
    response = client.get("/documents/ghana-shelter", params={"start": start, "end": end})

    assert response.status_code == 200
    assert "<mark" not in response.text


@pytest.mark.parametrize("id", [id for id in INVALID_IDS if "/" not in id and "%2f" not in id and id != ".."])
def test_unknown_document_has_a_page_that_says_so(client: TestClient, id: str) -> None:
    """A reader with an old link gets a page, not a problem for programs."""
    response = client.get(f"/documents/{id}")

    assert response.status_code == 404
    assert "There is no such page" in response.text


@pytest.mark.parametrize("posted", [{"question": QUESTION}, {"question": "a\0b"}], ids=["answered", "refused"])
def test_no_address_holds_a_question(client: TestClient, posted: dict[str, str]) -> None:
    """A question is posted to an address that is the same for all; one in an address is not answered, nor shown."""
    response = client.post("/", data=posted)

    assert 'action="/?language=en" method="post"' in response.text
    assert "href" in response.text
    assert not any("Accra" in value or "funds" in value for value in response.headers.values())
    assert not re.search(r'(href|action)="[^"]*(funds|Accra%20)', response.text)
    assert "Norway" not in client.get("/", params=posted).text


def test_what_was_asked_and_written_outlasts_a_change_of_language(client: TestClient) -> None:
    """A language button asks the same question again for the page in that language, and keeps a draft in the box."""
    form = {"question": "And who <b>pays</b>", "asked": QUESTION, "dropped": "2018", "again": ""}
    page = client.post("/", params={"language": "fr"}, data=form).text

    assert '<html lang="fr"' in page
    assert "Norway funds the shelter in Accra." in page
    assert "And who &lt;b&gt;pays&lt;/b&gt;</textarea>" in page
    assert 'name="dropped" value="2018"' in page
    draft = client.post("/", params={"language": "fr"}, data={"question": "unfinished", "again": ""}).text
    assert "unfinished</textarea>" in draft
    assert 'class="turn"' not in draft


def test_what_could_not_be_asked_stays_in_the_box(client: TestClient) -> None:
    """A question that is refused can be changed and sent again."""
    assert "two\ufffdwords</textarea>" in client.post("/", data={"question": "two\0words"}).text.replace("\0", "\ufffd")


def test_notes_for_language_models_lead_to_what_is_there(client: TestClient) -> None:
    """`/llms.txt` is plain text, and each of its links is an address of this server."""
    notes = client.get("/llms.txt")
    links = re.findall(r"\]\((/[^)]*)\)", notes.text)

    assert notes.headers["content-type"] == "text/plain; charset=utf-8"
    assert {"/mcp", "/v1/ask", "/v1/chat/completions", "/documents"} <= set(links)
    assert {client.get(link).status_code for link in links} <= {200, 405}
