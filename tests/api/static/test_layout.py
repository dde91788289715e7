"""The widget in a real browser on small and zoomed windows, in forced colours, with less motion and by touch."""

from dataclasses import replace

import pytest
from playwright.sync_api import Browser, expect

from api.formats.translations import LANGUAGES
from api.routes import pages
from drivers.browsing import PHONE, QUESTION, SOURCE, STATEMENT, Visit
from drivers.scenes import ABOUT, LONG_VALUES, MORE, SCENES, Scene, play, scene_named
from qa.answers.answer import answer_json

# The text spacing that WCAG 1.4.12 asks pages to stand.
SPACE_OUT = """part => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
                         word-spacing: 0.16em !important }`);
  part.getRootNode().adoptedStyleSheets.push(sheet);
}"""

SEEN = """part => {
  const { left, top, width, height } = part.getBoundingClientRect();
  const seen = part.getRootNode().elementFromPoint(left + width / 2, top + height / 2);
  return seen !== null && (part === seen || part.contains(seen));
}"""
STANDS_OUT = """part => {
  const { borderTopStyle, borderTopWidth, borderTopColor, backgroundColor } = getComputedStyle(part);
  return borderTopStyle === "solid" && parseFloat(borderTopWidth) >= 1 && borderTopColor !== backgroundColor;
}"""


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_long_values_are_not_cut_off(
    browser: Browser, address: str, monkeypatch: pytest.MonkeyPatch, language: str, javascript: bool
) -> None:
    """Short answers, subjects, titles and related questions of 200 characters stay inside a window of 320 pixels."""
    visit = Visit(browser, address, viewport=PHONE, locale=language, java_script_enabled=javascript)
    if javascript:
        page = visit.open("/demo")
        page.locator(".waymark").wait_for(state="attached")
        play(page, Scene("long", LONG_VALUES), language)
    else:
        monkeypatch.setattr(pages, "answer_json", lambda answer: answer_json(replace(answer, **LONG_VALUES)))
        page = visit.post(QUESTION)
    turn = page.locator(".turn")

    for part in (".topic", ".drop", ".short", ".subject", ".understood", ".remark", ".source .title", ".choice"):
        box = turn.locator(part).first.bounding_box()
        assert box
        assert box["x"] >= 0, part
        assert box["x"] + box["width"] <= PHONE["width"], part
    assert turn.locator(".choice").first.evaluate("choice => choice.getClientRects().length") == 1
    assert page.locator("html").evaluate("page => page.scrollWidth") <= PHONE["width"]
    visit.context.close()


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("viewport", [PHONE, {"width": 375, "height": 720}], ids=["small phone", "phone"])
def test_help_is_seen_at_once_on_a_phone(
    browser: Browser, address: str, viewport: dict[str, int], language: str
) -> None:
    """Without scrolling, a phone shows the card's heading, its first number, the way out and the way to close."""
    visit = Visit(browser, address, viewport=viewport, locale=language)
    page = visit.open("/demo")
    page.locator(".waymark").wait_for(state="attached")
    play(page, scene_named("help card"), language)

    for part in (".help h3", ".help .dial", ".panel .leave", ".panel .close", ".send"):
        assert page.locator(part).first.evaluate(SEEN), part
    visit.context.close()


@pytest.mark.parametrize("viewport", [PHONE, {"width": 320, "height": 256}], ids=["phone", "400 % zoom"])
@pytest.mark.parametrize("path", ["/", "/demo"])
def test_nothing_is_cut_off_in_a_small_window(
    browser: Browser, address: str, viewport: dict[str, int], path: str
) -> None:
    """At 320 pixels, at 400 %, and with wide text spacing, nothing scrolls sideways and what has the focus is seen."""
    visit = Visit(browser, address, viewport=viewport, color_scheme="dark")
    page = visit.open(path)
    page.locator(".waymark").evaluate(SPACE_OUT)
    if path == "/demo":
        page.get_by_role("button", name="Ask a question").click()
        assert page.locator(".panel").evaluate("panel => panel.matches(':modal')")
    turn = visit.ask(QUESTION)
    turn.get_by_role("button", name=SOURCE).click()
    quoted = turn.get_by_role("listitem", name=SOURCE)

    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert page.locator(".panel").evaluate("panel => panel.scrollWidth <= panel.clientWidth")
    for part in (quoted, turn.get_by_role("link", name="Read in context"), page.get_by_label("Your question")):
        part.focus()
        assert part.evaluate(
            """part => { const { left, top } = part.getBoundingClientRect();
                         const seen = part.getRootNode().elementFromPoint(left + 8, top + 8);
                         return part === seen || part.contains(seen) }"""
        )
    assert page.locator(".panel").evaluate("panel => getComputedStyle(panel).backgroundColor") == "rgb(17, 25, 36)"
    visit.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forced_colours_keep_shapes_apart(browser: Browser, address: str, scheme: str) -> None:
    """In forced colours, shapes that only colour distinguished have a border, and quoted words stay marked."""
    visit = Visit(browser, address, forced_colors="active", color_scheme=scheme)
    page = visit.open("/demo")
    scenes = {scene.name: scene for scene in SCENES}
    for scene, parts in (
        ("searching", (".launcher", ".panel", ".close", ".panel .leave", ".send")),
        ("partial, understood", (".short", ".cite", ".number", ".source", ".related .choice")),
        ("topic carried over", (".topic",)),
        ("help card", (".help",)),
        ("failed", (".fault",)),
    ):
        play(page, scenes[scene], "en")
        for part in parts:
            shown = page.locator(part).first
            expect(shown).to_be_visible()
            assert shown.evaluate(STANDS_OUT), (scene, part)
    play(page, scenes["searching"], "en")
    asleep = page.locator(".send").evaluate("button => getComputedStyle(button).color")
    play(page, scenes["sources open"], "en")
    assert page.locator(".send").evaluate("button => getComputedStyle(button).color") != asleep
    assert page.locator("mark").evaluate(
        "mark => getComputedStyle(mark).backgroundColor !== getComputedStyle(mark.closest('.source')).backgroundColor"
    )
    visit.context.close()

    plain = Visit(browser, address, forced_colors="active", color_scheme=scheme, java_script_enabled=False)
    page = plain.post(QUESTION)
    for part in (".leave", ".cite", ".number", ".source", ".ask textarea", ".ask button"):
        assert page.locator(part).first.evaluate(STANDS_OUT), part
    plain.context.close()


@pytest.mark.parametrize(("reduced_motion", "moving"), [("reduce", 0), ("no-preference", 1)])
def test_nothing_moves_where_less_motion_is_asked_for(
    browser: Browser, address: str, reduced_motion: str, moving: int
) -> None:
    """While the documents are searched, a circle turns, but not for those who asked for less motion."""
    visit = Visit(browser, address, reduced_motion=reduced_motion)
    page = visit.open("/demo")
    play(page, scene_named("searching"), "en")
    expect(page.locator(".searching")).to_be_visible()

    assert page.locator("waymark-chat").evaluate("chat => chat.shadowRoot.getAnimations().length") == moving
    assert page.evaluate("document.getAnimations().length") == 0
    visit.context.close()


def test_panel_is_modal_only_where_it_takes_the_whole_window(visit: Visit) -> None:
    """When a window grows or is zoomed, the open panel changes between modal and not; text and focus stay."""
    page = visit.open("/demo")
    page.get_by_role("button", name="Ask a question").click()
    page.get_by_label("Your question").fill("draft")
    for width, is_modal in ((1280, False), (320, True), (1280, False)):
        page.set_viewport_size({"width": width, "height": 640})
        page.wait_for_function(
            """wanted => wanted ===
                 document.querySelector("waymark-chat").shadowRoot.querySelector("dialog").matches(":modal")""",
            arg=is_modal,
        )
        expect(page.get_by_label("Your question")).to_be_focused()
        expect(page.get_by_label("Your question")).to_have_value("draft")
    expect(page.locator(".launcher")).to_have_attribute("aria-expanded", "true")


def test_targets_are_large_enough(visit: Visit) -> None:
    """Everything that can be pressed is 24 pixels high and wide at least, and what stands alone 40."""
    page = visit.open()
    play(page, Scene("much", MORE | ABOUT, act=scene_named("more, unfolded").act), "en")
    page.locator(".log .turn").get_by_role("button", name=SOURCE).click()
    sizes = page.evaluate(
        """() => [...document.querySelector("waymark-chat").shadowRoot.querySelectorAll("button, select, summary, a")]
                 .filter(part => part.checkVisibility())
                 .map(part => [part.className, part.offsetWidth, part.offsetHeight])"""
    )
    assert len(sizes) >= 10
    for name, width, height in sizes:
        assert min(width, height) >= (24 if name == "cite" else 40), (name, width, height)


def test_language_switch_keeps_the_conversation(visit: Visit) -> None:
    """Words around the conversation change, and turn to the right in Arabic; turns, draft and focus stay."""
    page = visit.open()
    visit.ask(QUESTION)
    page.get_by_label("Your question").fill("draft")
    page.get_by_label("Language").focus()
    page.get_by_label("Language").select_option("ar")

    expect(page.get_by_role("button", name="غادر هذه الصفحة")).to_be_visible()
    expect(page.locator(".statements")).to_contain_text(STATEMENT)
    expect(page.get_by_label("سؤالك")).to_have_value("draft")
    expect(page.locator(".languages")).to_be_focused()
    assert page.locator(".waymark").get_attribute("dir") == "rtl"
    bar = page.locator(".bar")
    heading, way_out = (bar.locator(part).bounding_box() for part in ("h2", ".leave"))
    assert heading
    assert way_out
    assert way_out["x"] < heading["x"]
    assert page.locator(".statements").evaluate("text => getComputedStyle(text).direction") == "ltr"


@pytest.mark.parametrize("viewport", [{"width": 360, "height": 640}, {"width": 1366, "height": 768}], ids=str)
@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_the_box_is_in_sight_when_the_page_opens(
    browser: Browser, address: str, viewport: dict[str, int], javascript: bool
) -> None:
    """Who opens the chat page on a phone or a laptop, in any language, sees where to write, and the way to help."""
    for language in LANGUAGES:
        visit = Visit(browser, address, viewport=viewport, java_script_enabled=javascript, locale=language)
        page = visit.open()
        if javascript:
            page.locator(".waymark").wait_for(state="attached")
        expect(page.locator("textarea")).to_be_in_viewport(ratio=1)
        expect(page.locator(".cry").filter(visible=True)).to_be_in_viewport(ratio=1)
        visit.context.close()
