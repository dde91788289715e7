"""Help is shown whatever fails, and while answering is switched off."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, expect

from api.app import create_app
from doubles.fakes import HashingEncoder
from drivers.browsing import Visit, served
from qa import Assistant, Settings

CRY = "They took my passport and I am locked in the house"


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[TestClient]:
    """Return a client of a server that found no index."""
    monkeypatch.setenv("WAYMARK_VAR", str(tmp_path))
    with TestClient(create_app(), raise_server_exceptions=False) as client:
        yield client


def test_the_card_shows_with_the_index_missing(broken: TestClient) -> None:
    """A server without an index starts, reports that it is not ready, and shows the help card for every question."""
    cry = broken.post("/v1/ask", json={"question": CRY})
    question = broken.post("/v1/ask", json={"question": "¿Quién financia el refugio?"})

    assert broken.get("/readyz").status_code == broken.post("/v1/search", json={"query": "x"}).status_code == 503
    assert broken.get("/").status_code == broken.get("/healthz").status_code == 200
    assert cry.status_code == 503
    assert cry.json()["help"]["lines"]
    assert question.status_code == 503
    assert question.json()["help"]["lines"]
    assert question.json()["detail"].startswith("En este momento")


def test_the_card_shows_with_the_model_broken(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """If the encoder fails, the help card is still shown, and the log holds no word of the question."""

    def fail(*_: object) -> None:
        raise RuntimeError(CRY)

    monkeypatch.setattr(HashingEncoder, "encode_query", fail)
    with TestClient(create_app(assistant), raise_server_exceptions=False) as client:
        cry = client.post("/v1/ask", json={"question": CRY})

    assert cry.status_code == 503
    assert cry.json()["help"]["title"] == "You are not alone. Help is available"
    assert "failed with RuntimeError" in caplog.text
    assert "passport" not in caplog.text


def test_the_switch_works_at_once_and_leaves_the_card(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Switched off, every question is declined with the notice and the operator's lines; switched on, answered."""
    monkeypatch.setenv("WAYMARK_VAR", str(tmp_path))
    monkeypatch.setenv("WAYMARK_HELP_COUNTRIES", '["Ukraine"]')
    asked = {"question": "Who funds the shelter in Accra?"}
    with TestClient(create_app(assistant)) as client:
        Settings().answering_switch.touch()
        off, page = client.post("/v1/ask", json=asked).json(), client.get("/").text
        Settings().answering_switch.unlink()
        on = client.post("/v1/ask", json=asked).json()

    assert (off["status"], off["reason"], off["statements"]) == ("declined", "answering_off", [])
    assert {line["number"] for line in off["help"]["lines"]} == {"1547", "527"}
    assert off["message"] in page
    assert "527" in page
    assert (on["status"], on["reason"], on["help"]) == ("answered", "", None)


def test_the_page_without_javascript_shows_the_card_too(broken: TestClient) -> None:
    """Where no question is answered, the page tells so in the language of the question, with the card."""
    page = broken.post("/", data={"question": "¿Quién financia el refugio?"})

    assert page.status_code == 503
    assert "En este momento" in page.text
    assert 'class="help"' in page.text


def no_index(var: Path) -> None:
    """Leave the folder of indexes empty."""


def no_model(var: Path) -> None:
    """Have an index, and an encoder that is not there."""
    shutil.copytree(Settings().index, var / "index")
    (var / "none").mkdir()
    os.environ["WAYMARK_ENCODER"] = str(var / "none")


def garbage(var: Path) -> None:
    """Have an index whose vectors are garbage, and a garbled database of vectors."""
    shutil.copytree(Settings().index, var / "index")
    for file in var.glob("index/*/*.faiss"):
        file.write_bytes(os.urandom(1000))
    (var / "cache").mkdir()
    (var / "cache" / "vectors.sqlite").write_bytes(os.urandom(1000))
    (var / "models").symlink_to(Settings().models.absolute())


def switched_off(var: Path) -> None:
    """Switch answering off."""
    (var / "answering-off").touch()


@pytest.mark.model
@pytest.mark.browser
@pytest.mark.parametrize("break_it", [no_index, no_model, garbage, switched_off])
def test_help_is_one_step_away_whatever_is_broken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, browser: Browser, break_it: Callable[[Path], None]
) -> None:
    """One press shows the numbers, with scripts and without; a question brings the card, and nothing is kept."""
    monkeypatch.setenv("WAYMARK_ENCODER", Settings().encoder)
    break_it(tmp_path)
    monkeypatch.setenv("WAYMARK_VAR", str(tmp_path))
    with served(create_app()) as address:
        visit = Visit(browser, address)
        page = visit.open()
        page.get_by_role("button", name="I need help").click()
        page.get_by_label("In which country are you?").select_option("Spain")
        expect(page.locator(".pinned .help .dial").first).to_have_text("112")
        page.get_by_role("button", name="I need help").click()
        turn = visit.ask(CRY)
        expect(page.locator(".pinned .help")).to_contain_text("You are not alone")
        expect(turn).to_contain_text(CRY)
        page.reload()
        expect(page.locator(".welcome")).to_be_visible()
        assert "passport" not in page.content() + page.locator(".waymark").inner_html()
        visit.context.close()

        plain = Visit(browser, address, java_script_enabled=False)
        page = plain.post(CRY)
        expect(page.locator(".help").first).to_contain_text("You are not alone")
        page.locator(".site").get_by_role("link", name="I need help").click()
        page.locator("summary", has_text="Spain").click()
        expect(page.get_by_role("link", name="112", exact=True).filter(visible=True)).to_be_visible()
        assert not any("passport" in url for url in plain.requests)
        plain.context.close()


@pytest.mark.browser
def test_the_widget_shows_the_card_before_the_search_ends(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch, browser: Browser
) -> None:
    """Who is found at risk by the rules reads the card while the documents are still searched."""
    let_go = threading.Event()
    answer = type(assistant).answer

    def slow(*args: Any, **options: Any) -> Any:  # noqa: ANN401 - those of the assistant
        let_go.wait(60)
        return answer(*args, **options)

    monkeypatch.setattr(type(assistant), "answer", slow)
    with served(create_app(assistant)) as address:
        visit = Visit(browser, address)
        visit.open()
        visit.send(CRY)
        expect(visit.page.locator(".pinned .help")).to_contain_text("You are not alone")
        expect(visit.page.locator(".log .turn")).to_have_count(0)
        let_go.set()
        expect(visit.page.locator(".log .turn")).to_have_count(1)
        expect(visit.page.locator(".pinned .help")).to_contain_text("You are not alone")
        visit.context.close()
