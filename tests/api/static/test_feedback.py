"""Who reads an answer says by a button whether it helped, where votes are recorded, and never beside the help card."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, expect

from api.app import create_app
from drivers.browsing import Visit, served
from drivers.http_client import QUESTION, UNKNOWN
from qa import Assistant, Settings
from qa.records.database import Database
from qa.records.insights import exported

CRY = "I am locked in a house and they took my passport, help me"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return settings under which records are kept."""
    return Settings(database=f"sqlite:///{tmp_path / 'records.sqlite'}", records=True)


@pytest.fixture
def recording(browser: Browser, assistant: Assistant, settings: Settings) -> Iterator[Visit]:
    """Yield a session with a server that keeps records."""
    with served(create_app(assistant, settings)) as address:
        visit = Visit(browser, address)
        yield visit
        visit.context.close()


def test_a_press_says_whether_an_answer_helped(recording: Visit, settings: Settings) -> None:
    """The first press counts, is shown and is read out; what axe-core holds is kept."""
    page = recording.open("/")
    recording.send(QUESTION)
    helped, not_helped = (
        page.get_by_role("button", name=name, exact=True) for name in ("This helped", "This did not help")
    )
    not_helped.click()
    expect(page.get_by_role("status")).to_have_text("Thank you.")
    helped.click()

    expect(not_helped).to_have_attribute("aria-pressed", "true")
    expect(helped).to_have_attribute("aria-pressed", "false")
    assert [violation["id"] for violation in Axe().run(page).response["violations"]] == []
    assert recording.messages == []
    votes = [row for row in exported(Database(settings.database_url)) if row["table"] == "feedback"]
    assert [(vote["is_useful"], vote["question"]) for vote in votes] == [(False, QUESTION)]


def test_a_vote_that_does_not_arrive_can_be_cast_again(recording: Visit) -> None:
    """Where the server does not take a vote, the reader is told, and the button is as before."""
    page = recording.open("/")
    recording.send(QUESTION)
    page.route("**/v1/feedback", lambda route: route.abort())
    button = page.get_by_role("button", name="This helped", exact=True)
    button.click()
    expect(page.get_by_role("status")).to_contain_text("Please try again")
    expect(button).to_have_attribute("aria-pressed", "false")
    page.unroute("**/v1/feedback")
    button.click()

    expect(page.get_by_role("status")).to_have_text("Thank you.")
    expect(button).to_have_attribute("aria-pressed", "true")


def test_a_vote_needs_no_javascript(browser: Browser, recording: Visit, settings: Settings) -> None:
    """The page that the server writes has the same buttons, and says thank you."""
    visit = Visit(browser, recording.address, java_script_enabled=False)
    page = visit.post(QUESTION)
    page.get_by_role("button", name="This did not help").click()

    expect(page.get_by_role("status")).to_have_text("Thank you.")
    votes = [row for row in exported(Database(settings.database_url)) if row["table"] == "feedback"]
    assert [(vote["is_useful"], vote["question"]) for vote in votes] == [(False, QUESTION)]
    visit.context.close()


def test_a_form_that_is_no_vote_is_refused(client: TestClient, assistant: Assistant, settings: Settings) -> None:
    """A vote without an answer, or where nothing is recorded, gets an error."""
    with TestClient(create_app(assistant, settings)) as recording:
        assert recording.post("/feedback", data={"useful": "true"}).status_code == 422
    assert client.post("/feedback", data={"answer_id": "0f3a61c2b7d94e58", "useful": "true"}).status_code == 404


@pytest.mark.parametrize("questions", [[UNKNOWN], [CRY, QUESTION]])
def test_there_is_no_button_beside_a_refusal_or_the_card(recording: Visit, questions: list[str]) -> None:
    """A question without an answer is recorded anyway; who called for help is asked for no vote, then or later."""
    page = recording.open("/")
    for place, question in enumerate(questions, 1):
        recording.send(question)
        expect(page.locator(".log .turn")).to_have_count(place)

    expect(page.get_by_role("button", name="This helped")).to_have_count(0)


def test_there_is_no_button_where_nothing_is_recorded(visit: Visit) -> None:
    """Without records nobody is asked for a vote."""
    page = visit.open("/")
    visit.send(QUESTION)

    expect(page.locator(".log .turn")).to_have_count(1)
    expect(page.get_by_role("button", name="This helped")).to_have_count(0)
