"""No page and no state of the widget, in any language, breaks a rule of axe-core; no translation is missing."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from api.formats.translations import LANGUAGES, texts_in
from drivers.scenes import SCENES, Scene, play
from drivers.showcase import TABLE, table_of

ROOT = Path(__file__).parents[3]
QUICK = {("en", scene.name) for scene in SCENES} | {
    ("ar", scene.name) for scene in SCENES if scene.name.startswith("help")
}
STATES = [
    pytest.param(
        language,
        scene,
        id=f"{language} {scene.name}",
        marks=[] if (language, scene.name) in QUICK else [pytest.mark.slow],
    )
    for language in LANGUAGES
    for scene in SCENES
]
PAGES = [
    "/",
    "/documents?country=Ghana",
    "/documents/ghana-shelter?start=71&end=105",
    "/documents/none",
    "/countries",
    "/countries/GB",
    "/nope",
    "/help",
]


@pytest.mark.parametrize(("language", "scene"), STATES)
def test_no_state_breaks_a_rule(browser: Browser, address: str, language: str, scene: Scene) -> None:
    """axe-core finds nothing wrong with the widget in this state and language."""
    context = browser.new_context(locale=language, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{address}/demo")
    page.locator("waymark-chat .waymark").wait_for(state="attached")
    play(page, scene, language)

    assert [violation["id"] for violation in Axe().run(page).response["violations"]] == []
    context.close()


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/", "/demo"])
def test_no_state_breaks_a_rule_in_dark_colours(browser: Browser, address: str, path: str) -> None:
    """axe-core finds nothing wrong with any state in dark colours on a phone, in the page or over it."""
    context = browser.new_context(
        locale="en",
        color_scheme="dark",
        viewport={"width": 375, "height": 720},
        permissions=["clipboard-read", "clipboard-write"],
    )
    page = context.new_page()
    page.goto(address + path)
    page.locator("waymark-chat .waymark").wait_for(state="attached")

    for scene in SCENES:
        play(page, scene, "en")
        assert [violation["id"] for violation in Axe().run(page).response["violations"]] == [], scene.name
    context.close()


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["ar", "fr"])
def test_no_page_breaks_a_rule_without_javascript(browser: Browser, address: str, path: str, language: str) -> None:
    """axe-core finds nothing wrong with the pages that the server writes, in dark colours and in a narrow window."""
    context = browser.new_context(locale=language, color_scheme="dark", viewport={"width": 320, "height": 640})
    context.route("**/widget.js", lambda route: route.abort())  # axe-core itself needs scripts
    page = context.new_page()
    page.goto(address + path)

    expect(page.locator("html")).to_have_attribute("lang", language)
    assert [violation["id"] for violation in Axe().run(page).response["violations"]] == []
    context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_answer_to_a_form_breaks_a_rule(browser: Browser, address: str, language: str) -> None:
    """axe-core finds nothing wrong with an answer, a help card, a refusal and a long text shown without the widget."""
    context = browser.new_context(locale=language, viewport={"width": 320, "height": 640})
    context.route("**/widget.js", lambda route: route.abort())
    page = context.new_page()
    for asked in (
        "Who funds the shelter in Accra?",
        "They took my passport and I am locked in",
        "a\0b",
        "Long? " * 300,
    ):
        page.goto(f"{address}/?language={language}")
        page.locator("#question").evaluate("(box, text) => { box.value = text }", asked)
        page.locator(".ask button").click()
        page.locator(".turn, .problem").first.wait_for()
        assert [violation["id"] for violation in Axe().run(page).response["violations"]] == [], asked
    context.close()


def places(text: object) -> set[str]:
    """Return the places for values in a text."""
    return set(re.findall(r"\{\w+\}", str(text)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_there_in_every_language(language: str) -> None:
    """A language has the same texts as English, with the same places for values, and none left in English."""
    english, texts = texts_in("en"), texts_in(language)

    assert list(texts) == list(english)
    for name in english:
        assert places(texts[name]) == places(english[name])
    assert language == "en" or {name for name in english if texts[name] == english[name]} <= {
        "conversation",
        "page",
        "sources",
    }


def test_the_statement_shows_every_state_and_language() -> None:
    """The table of the accessibility statement is that of a run over all states and languages without a finding."""
    shown = TABLE.search((ROOT / "docs" / "accessibility.md").read_text(encoding="utf-8"))

    assert shown
    assert shown[2] == table_of({(scene.name, language): 0 for scene in SCENES for language in LANGUAGES})
