"""How answers are shown in a real browser: help card, added words, sources, copies, languages."""

import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, expect

from api.formats.examples import ANSWER, DOCUMENT
from api.routes import pages
from drivers.browsing import NEUTRAL, PHONE, QUESTION, STATEMENT, UNKNOWN, Visit
from drivers.scenes import (
    ADDED,
    BARS,
    CHART,
    HELP,
    MORE,
    NEAREST,
    NO_EVIDENCE,
    NOTES,
    OPENED,
    Scene,
    answer_in,
    cited,
    evidence_in,
    play,
    respond_with,
    scene_named,
    with_rest,
)
from qa import Answer
from qa.answers.answer import Topic, answer_json
from qa.answers.charts import Chart

# The drawing of a figure, with its places to a hundredth of a per cent, and the rows of its table.
FIGURE = """figure => ({
  shapes: [...figure.querySelectorAll("svg, svg *")].map((mark) => [
    mark.tagName,
    mark.children.length ? "" : mark.textContent,
    ...[...mark.attributes]
      .filter(({ name }) => name !== "xmlns")
      .map(({ name, value }) => `${name}=${parseFloat(value) ? +parseFloat(value).toFixed(2) : value}`)
      .sort(),
  ]),
  rows: [...figure.querySelectorAll("tr")].map((row) => row.textContent),
})"""


def test_help_card_stands_before_all_else(visit: Visit) -> None:
    """Numbers to call come first, can be dialled, and an old one is marked as old."""
    page = visit.open()
    play(page, scene_named("help card"), "en")
    turn = page.locator(".log .turn")
    card = page.locator(".pinned .help")

    assert page.locator(".panel").evaluate("panel => [...panel.children].map(child => child.className)") == [
        "bar",
        "pinned",
        "talk",
        "ask",
        "below",
        "unseen",
    ]
    expect(card.get_by_role("heading", name="You are not alone")).to_be_visible()
    assert card.get_by_role("link", name="0800 000 000").get_attribute("href") == "tel:0800000000"
    expect(card).to_contain_text("call the emergency number")
    expect(card).to_contain_text("Languages: English, Twi")
    expect(card).to_contain_text("Confirmed on 1 October 2026")
    expect(card).to_contain_text("The page of example.org gave this number (15 January 2024). We have not called it.")
    assert card.get_by_role("link", name="Send a text message: 8020").get_attribute("href") == "sms:8020"
    assert card.get_by_role("link", name="Chat at example.org").get_attribute("href") == "https://example.org/chat"

    play(page, Scene("nothing found", {**NO_EVIDENCE, "help": HELP}), "en")
    expect(turn).not_to_contain_text("Try other words")


def test_words_that_were_added_are_set_apart(visit: Visit) -> None:
    """A subject stands in brackets before its sentence; notes and untold parts follow; copies keep all of these."""
    visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visit.open()
    play(page, Scene("added", ADDED), "en")
    turn = page.locator(".log .turn")

    expect(turn.locator(".statements")).to_have_text(
        f"{STATEMENT}1 [The shelter in Accra (added by Waymark)] It opened in 2015.1"
    )
    expect(turn.locator(".subject")).to_have_attribute("title", "added by Waymark")
    expect(turn.locator(".remark")).to_have_text(
        [*NOTES, "Nothing was found in the documents on: why in Accra? who sings?"]
    )
    assert turn.locator(".remark q").evaluate_all("parts => parts.map(part => part.lang)") == ["en", "en"]
    turn.get_by_role("button", name="Copy with sources").click()
    expect(page.get_by_role("status")).to_have_text("Copied.")
    copied = visit.paste()
    assert f"{STATEMENT} [1] [The shelter in Accra] It opened in 2015. [1]\n\n" in copied
    assert (
        f"\n\n{NOTES[0]}\n{NOTES[1]}\n\nNothing was found in the documents on:\nwhy in Accra?\nwho sings?\n\nSources"
        in copied
    )


def test_quotes_of_one_source_are_numbered(visit: Visit) -> None:
    """Where a source has several quotes, each shows its number; a single one needs none beside that of its source."""
    page = visit.open()
    number = "quotes => quotes.map(quote => getComputedStyle(quote, '::before').content)"
    quotes = [
        evidence_in(DOCUMENT, sentence) for sentence in (STATEMENT, "A shelter for 40 trafficked children opened")
    ]
    for count, shown in ((1, ["none"]), (2, ['"1"', '"2"'])):
        play(page, Scene("cited", cited(*quotes[:count])), "en")
        page.locator(".cite").last.click()
        assert page.locator(".source li").evaluate_all(number) == shown


def test_partial_answer_helps_on(visit: Visit) -> None:
    """What was understood, the short answer and the gap are shown; a related question is asked by its button."""
    page = visit.open()
    play(page, scene_named("partial, understood"), "en")
    turn = page.locator(".log .turn")

    expect(turn.locator(".understood")).to_have_text(
        "Understood as: Which state funds the shelter for trafficked children in Accra?"
    )
    expect(turn.locator(".short strong")).to_have_text("Norway")
    expect(turn.locator(".message")).to_have_text("The documents tell only part of what you asked.")
    page.unroute("**/v1/ask")
    turn.get_by_role("button", name="Which services does the shelter offer?").click()
    expect(page.locator(".log .turn")).to_have_count(2)
    expect(page.locator(".log .turn").nth(1).get_by_role("heading").first).to_have_text(
        "Which services does the shelter offer?"
    )


def test_copy_takes_the_sources_along(visit: Visit) -> None:
    """What is pasted holds the short answer, the answer with its marks, and each source with its address and words."""
    visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visit.open()
    visit.ask(QUESTION).get_by_role("button", name="Copy with sources").click()
    expect(page.get_by_role("status")).to_have_text("Copied.")

    assert visit.paste() == (
        f"{QUESTION}\n\nNorway\n\n{STATEMENT} [1]\n\nSources\n"
        "[1] Shelter for trafficked children opens in Accra, IOM, 12 March 2015, Summary, "
        f"https://example.org/accra-shelter\n    “{STATEMENT}”"
    )


def test_a_link_to_the_answer_is_copied(visit: Visit) -> None:
    """It leads to the quotes, without the question; where copying is not allowed, a link takes its place."""
    visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visit.open()
    button = visit.ask(QUESTION).get_by_role("button", name="Copy link to this answer")
    button.press("Enter")
    expect(page.get_by_role("status")).to_have_text(re.compile("Link copied.*not your question"))
    link = visit.paste()
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(); }")
    button.press("Enter")
    expect(page.get_by_role("status")).to_have_text(re.compile("not allowed here.*Open the link"))
    expect(page.get_by_role("link", name="Link to this answer")).to_be_focused()
    assert page.get_by_role("link", name="Link to this answer").get_attribute("href") == link
    page.goto(link)

    assert link.startswith(f"{visit.address}/answers/")
    expect(page.locator("blockquote")).to_have_text(STATEMENT)
    expect(page.locator("main")).not_to_contain_text(QUESTION)


@pytest.mark.parametrize("changes", [{"help": HELP}, NEAREST], ids=["help card", "nearest"])
def test_there_is_no_link_to_what_is_no_answer_nor_beside_a_help_card(
    visit: Visit, browser: Browser, address: str, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any]
) -> None:
    """Neither in the widget, where the rest can be copied, nor on the page without JavaScript."""
    page = visit.open()
    play(page, Scene("no link", changes), "en")
    monkeypatch.setattr(pages, "answer_json", lambda _: answer_json(answer_in("en", changes)))
    plain = Visit(browser, address, java_script_enabled=False)
    plain.post(QUESTION)

    expect(page.locator(".log .turn .ways button", has_text="Copy")).to_have_text("Copy with sources")
    expect(plain.page.locator(".source")).not_to_have_count(0)
    expect(plain.page.locator("a[href^='/answers/']")).to_have_count(0)
    plain.context.close()


def test_more_is_folded_until_it_is_opened(visit: Visit) -> None:
    """What only adds to an answer waits under a heading; opened, its marks lead to their sources and back."""
    page = visit.open()
    play(page, Scene("more", MORE), "en")
    turn = page.locator(".log .turn")
    added = turn.locator(".more .statements")
    mark = added.get_by_role("button", name="Source 2: Shelter")
    quoted = turn.get_by_role("listitem", name="Source 2: Shelter")

    expect(turn.locator(".statements").first).to_have_text(f"{STATEMENT}1")
    expect(added).to_be_hidden()
    turn.get_by_text("More from the documents").click()
    expect(added).to_have_text(f"{OPENED.text}2")
    mark.click()
    expect(quoted).to_be_focused()
    expect(quoted.locator("mark")).to_have_text(OPENED.text)

    turn.get_by_text("More from the documents").click()
    quoted.get_by_role("button", name="Back to the answer").click()
    expect(mark).to_be_focused()


def test_the_rest_of_a_list_opens(visit: Visit) -> None:
    """Behind the item that answers stands how many more its list has; a press shows them, and a copy has them all."""
    visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visit.open()
    fields = with_rest({"statements": (replace(ANSWER.statements[0], is_item=True),)}, "a bed", "a meal")
    play(page, Scene("list", fields), "en")
    rest = page.locator(".statements .rest")
    expect(rest.get_by_text("a meal")).to_be_hidden()
    rest.get_by_text("and 2 more").click()
    expect(rest.get_by_role("listitem")).to_have_text(["a bed", "a meal"])

    page.get_by_role("button", name="Copy with sources").click()
    expect(page.get_by_role("status")).to_have_text("Copied.")
    assert f"- {STATEMENT} [1]\n- a bed [1]\n- a meal [1]\n" in visit.paste()


def test_nearest_stands_beside_a_refusal_with_its_sources(visit: Visit) -> None:
    """Under the words that there is no answer stands, not folded, what is nearest to it; its marks open sources."""
    page = visit.open()
    play(page, Scene("nearest", NEAREST), "en")
    turn = page.locator(".log .turn")

    expect(turn.locator(".message.alone")).to_contain_text("I don't know.")
    expect(turn.get_by_role("heading", name="Near to your question, but not an answer")).to_be_visible()
    expect(turn.locator(".nearest .statements")).to_have_text(f"{OPENED.text}1 {STATEMENT}2")
    expect(turn.locator(".more")).to_have_count(0)
    expect(turn.locator(".further")).to_contain_text("Try other words")
    turn.get_by_role("button", name="Source 2: Shelter").click()
    expect(turn.get_by_role("listitem", name="Source 2: Shelter")).to_be_focused()


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        pytest.param(MORE, (f"{STATEMENT} [1]", "More from the documents", f"{OPENED.text} [2]", "Sources"), id="more"),
        pytest.param(
            NEAREST,
            (
                "I don't know.",
                "Near to your question, but not an answer",
                f"{OPENED.text} [1]\n{STATEMENT} [2]",
                "Sources",
            ),
            id="nearest",
        ),
    ],
)
def test_copy_takes_along_what_stands_beside_the_statements(
    visit: Visit, changes: dict[str, Any], parts: tuple[str, ...]
) -> None:
    """What is pasted holds the folded and the nearest statements too, under their headings, before the sources."""
    visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visit.open()
    play(page, Scene("copied", changes), "en")
    page.get_by_role("button", name="Copy with sources").click()
    expect(page.get_by_role("status")).to_have_text("Copied.")

    copied = visit.paste()
    places = [copied.index(part) for part in parts]
    assert places == sorted(places)
    assert copied.count("\n    “") == 2


def test_without_javascript_more_is_folded_and_nearest_is_not(
    browser: Browser, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page alone folds what adds to an answer, opens it by a press, and shows in the open what is nearest."""
    visit = Visit(browser, address, java_script_enabled=False, locale="fr")
    page = visit.page
    monkeypatch.setattr(pages, "answer_json", lambda _: answer_json(answer_in("en", MORE)))
    visit.post(QUESTION)
    expect(page.locator(".more .statements")).to_be_hidden()
    page.get_by_text("Autres informations tirées des documents").click()
    expect(page.locator(".more .statements")).to_contain_text(OPENED.text)
    assert page.locator(".more .cite").get_attribute("href") == "#source-2"

    monkeypatch.setattr(pages, "answer_json", lambda _: answer_json(answer_in("en", NEAREST)))
    visit.post(UNKNOWN)
    expect(page.get_by_role("heading", name="Proche de votre question, mais sans y répondre")).to_be_visible()
    expect(page.locator(".nearest .statements")).to_contain_text(OPENED.text)
    expect(page.locator(".source blockquote")).to_have_text([OPENED.text, STATEMENT])
    visit.context.close()


def test_without_javascript_the_page_answers_with_sources(browser: Browser, address: str) -> None:
    """The form alone gives the same cited answer, in the reader's language, with the way out of the page."""
    context = browser.new_context(java_script_enabled=False, locale="fr", viewport=PHONE)
    page = context.new_page()
    page.goto(address)
    page.get_by_label("Votre question").fill(QUESTION)
    page.get_by_role("button", name="Demander").click()

    expect(page.get_by_role("heading", name=QUESTION)).to_be_visible()
    expect(page.locator(".statements")).to_contain_text(STATEMENT)
    expect(page.locator("blockquote")).to_have_text(STATEMENT)
    expect(page.locator(".origin")).to_have_text("IOM · 12 mars 2015 · Résumé")
    assert page.get_by_role("link", name="Source 1 : Shelter").get_attribute("href") == "#source-1"
    assert page.get_by_role("link", name="Quitter cette page").get_attribute("href") == NEUTRAL
    page.get_by_role("link", name="Lien vers cette réponse").click()
    expect(page.get_by_role("heading", name="Citations et leurs sources")).to_be_visible()
    expect(page.locator("blockquote")).to_have_text(STATEMENT)
    context.close()


FRENCH_QUESTION = "Qui finance le foyer de Niamey ?"


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_quotes_are_marked_with_their_language(browser: Browser, address: str, javascript: bool) -> None:
    """Words of a French document are French to a screen reader on an English page, in answer, source and viewer."""
    visit = Visit(browser, address, java_script_enabled=javascript)
    page = visit.post(FRENCH_QUESTION)
    turn = page.locator(".turn")

    expect(turn.locator(".statements").first).to_contain_text("Le Danemark finance le foyer de Niamey.")
    for part in (".statements", ".source .title", "blockquote"):
        expect(turn.locator(part).first).to_have_attribute("lang", "fr")
    expect(turn.locator(".cite").first).to_have_attribute("lang", "en")
    visit.open("/documents/niamey")
    expect(page.locator("article.document")).to_have_attribute("lang", "fr")
    visit.context.close()


def test_related_question_of_the_plain_page_leads_to_its_answer(
    browser: Browser, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without JavaScript a related question is a button, which asks it in the language of the page, by a form."""
    monkeypatch.setattr(
        pages, "answer_json", lambda answer: answer_json(replace(answer, related_questions=(QUESTION,)))
    )
    visit = Visit(browser, address, java_script_enabled=False)
    page = visit.post(UNKNOWN, "fr")
    page.locator(".related").get_by_role("button", name=QUESTION).click()

    expect(page.locator(".turn").get_by_role("heading", name=QUESTION)).to_be_visible()
    expect(page.locator(".statements")).to_contain_text(STATEMENT)
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    visit.context.close()


def test_without_javascript_a_topic_is_dropped_by_a_form(
    browser: Browser, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The button of a topic asks the question again, in the language of the page, without this and what was dropped."""
    topics = (Topic("turns", "Was?"), Topic("2018", "2018"))
    monkeypatch.setattr(pages, "answer_json", lambda answer: answer_json(replace(answer, topics=topics)))
    visit = Visit(browser, address, java_script_enabled=False)
    page = visit.post(QUESTION, "fr")
    expect(page.locator(".topic")).to_contain_text(["À propos de : Was?", "À propos de : 2018"])
    page.get_by_label("Votre question").fill("draft")
    page.get_by_role("button", name="Reposer la question sans « Was? »", exact=True).click()
    with page.expect_request("**/?language=fr") as sent:
        page.get_by_role("button", name="Reposer la question sans « 2018 »", exact=True).click()

    form = parse_qs(sent.value.post_data or "")
    assert form.pop("token")
    assert form == {"question": ["draft"], "asked": [QUESTION], "dropped": ["turns"], "drop": ["2018"]}
    expect(page.get_by_label("Votre question")).to_have_value("draft")
    expect(page.locator(".statements")).to_contain_text(STATEMENT)
    visit.context.close()


def test_what_was_only_cleaned_is_not_shown_as_understood(visit: Visit) -> None:
    """A question from which the server only removed white space is not shown again as a rewrite."""
    visit.open()
    turn = visit.ask(QUESTION.replace(" ", "  "))

    expect(turn.locator(".statements")).to_contain_text(STATEMENT)
    expect(turn.locator(".understood")).to_have_count(0)


TEXTS = {
    "ar": "IOM دعمت 40 ناجية في أكرا (غانا).",
    "en": "النرويج (Norway) funds the shelter in Accra, 00218 91 00 11 491.",
}


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
@pytest.mark.parametrize(("written_in", "around"), [("ar", "en"), ("en", "ar")])
def test_punctuation_stays_in_place_whatever_the_first_word(
    browser: Browser,
    address: str,
    monkeypatch: pytest.MonkeyPatch,
    written_in: str,
    around: str,
    javascript: bool,
) -> None:
    """An answer runs in the direction of its language on a page of the other, though its first word is foreign."""
    answer = answer_json(ANSWER) | {"language": written_in, "question": TEXTS[written_in]}
    answer["statements"][0]["text"] = answer["short_answer"] = TEXTS[written_in]
    answer["citations"][0] |= {"language": written_in, "quote": TEXTS[written_in], "title": TEXTS[written_in]}
    visit = Visit(browser, address, java_script_enabled=javascript, locale=around)
    if javascript:
        page = visit.open()
        play(page, Scene("foreign", respond=respond_with(answer)), around)
    else:
        monkeypatch.setattr(pages, "answer_json", lambda _: answer)
        page = visit.post(QUESTION, around)
    for part in (".statements", ".short strong", "blockquote", ".source .title"):
        direction = page.locator(f".turn {part}").evaluate("part => getComputedStyle(part).direction")
        assert direction == ("rtl" if written_in == "ar" else "ltr"), part
    visit.context.close()


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_numbers_to_call_are_links_and_stay_apart_from_marks(
    browser: Browser, address: str, monkeypatch: pytest.MonkeyPatch, javascript: bool
) -> None:
    """A telephone number in an answer can be called at one press, and is copied without the mark that follows it."""
    answer = answer_json(ANSWER)
    answer["statements"][0]["text"] = (
        "In 2015-2016 the office, which took 28 000 calls, was called by 00218 91 00 11 491"
    )
    visit = Visit(browser, address, java_script_enabled=javascript)
    if javascript:
        page = visit.open()
        play(page, Scene("number", respond=respond_with(answer)), "en")
    else:
        monkeypatch.setattr(pages, "answer_json", lambda _: answer)
        page = visit.post(QUESTION)
    statements = page.locator(".turn .statements")

    assert statements.locator("a[href^='tel:']").evaluate_all("links => links.map(link => link.href)") == [
        "tel:00218910011491"
    ]
    copied = statements.evaluate("part => { getSelection().selectAllChildren(part); return getSelection().toString() }")
    assert copied.strip().endswith("00218 91 00 11 491")
    visit.context.close()


@pytest.mark.parametrize("chart", [CHART, BARS, replace(CHART, language="ar")], ids=["line", "bars", "mirrored"])
def test_widget_and_page_draw_the_same_chart(visit: Visit, monkeypatch: pytest.MonkeyPatch, chart: Chart) -> None:
    """The widget draws a chart as the server does, with a table of every figure and a way to them as CSV."""

    async def answer_to(*_: object) -> Answer:
        return answer_in("en", {"chart": chart})

    monkeypatch.setattr(pages, "answer_to", answer_to)
    visit.context.route("**/widget.js", lambda route: route.fulfill(content_type="text/javascript", body=""))
    page = visit.post(QUESTION)
    shown = [page.locator(".figure").evaluate(FIGURE)]
    visit.context.unroute("**/widget.js")
    play(visit.open(), Scene("chart", {"chart": chart}), "en")
    shown.append(page.locator(".figure").evaluate(FIGURE))

    assert shown[0] == shown[1]
    assert len(shown[0]["rows"]) == len(chart.points)
    assert page.locator(".figure .ways a").get_attribute("href") == visit.address + chart.csv_url


def test_a_figure_is_told_in_the_language_of_the_question(visit: Visit) -> None:
    """A statement that is no quote has its own language and direction, and several form one paragraph."""
    told = [replace(ANSWER.statements[0], text=text, language="ar") for text in ("40 طفلا.", "12 امرأة.")]
    page = visit.open()
    play(page, Scene("told", {"statements": tuple(told)}), "en")

    expect(page.locator(".log .statements")).to_have_count(1)
    expect(page.locator(".log .statements")).to_have_attribute("dir", "rtl")
    expect(page.locator(".log .statements")).to_have_attribute("lang", "ar")
