"""The help card, the routes, the hygiene of inputs and the switch: what keeps people safe, with and without a model."""

import json
import os
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import yaml
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

import qa.assistant
import qa.safety.distress_rules
from api.app import create_app
from api.dependencies import load_assistant
from embeddings import Vector
from fakes import HashingEncoder
from qa import Assistant, Reception, Settings, Turn
from qa.evaluation.benchmark import LocalSystem, ask_all, run_benchmark
from qa.evaluation.comparison import objections
from qa.evaluation.suites import load_suite
from qa.query.followups import likeliest, readings
from qa.safety.distress_classifier import Likeness
from qa.safety.distress_rules import in_distress
from qa.safety.help_card import BrokenHelpLines, help_card, read_help_lines
from qa.safety.phrases import finder, fold
from qa.safety.router import STATUSES, route
from qa.safety.sanitizer import clean, is_too_long, mask, shortened

CRY = "They took my passport and I am locked in the house"
NAUGHTY = Path(os.environ.get("NAUGHTY_STRINGS", "blns.json"))  # a list of strings that broke other programs
INVISIBLE = re.compile("[\0-\b\x0e-\x1f\u202a-\u202e\u2066-\u2069\u200b\ufeff\U000e0000-\U000e007f]")
LINES = read_help_lines(None, 365)


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[TestClient]:
    """Return a client of a server that found no index."""
    monkeypatch.setenv("WAYMARK_VAR", str(tmp_path))
    with TestClient(create_app(), raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize(
    "message",
    [
        "my boss keeps my pasport and i cant go home",
        "Who can I call in Kenya?",
        "¿A qué número llamo?",
        "Qui puis-je appeler ?",
        "Куда мне позвонить?",
        "بمن أتصل؟",
        "我可以打什么电话？",
        "The man locks us in at night",
        "we havent been paid for three months",
        "my sister is being held in a scam compound",
        "they will kill me if i talk",
        "I think the maid next door is not allowed to leave",
        "i want to die",
        "our boat is sinking please help",
        "mi jefe me quitó el pasaporte",
        "on m'oblige à travailler sans être payée",
        "الكفيل ماخذ جوازي",
        "меня держат взаперти",
        "老板扣了我的护照",
        "मुझे बंद कर रखा है, मदद करो",
        "tulungan nyo po ako",
        "help",
        "My professor locked me in his office and has my passport",
        "la señora no me paga y duermo en la cocina",
        "моя сестра уехала на заработки, телефон выключен",
        "我妹妹去了缅甸就失联了",
        "em tôi bị nhốt, không liên lạc được",
        "dada yangu hapatikani kwa simu",
        "মালিক আমার বেতন দেয় না",
    ],
)
def test_the_rules_alone_hear_distress(message: str) -> None:
    """First and third person, misspelt, in many languages: no model is needed."""
    assert in_distress(message)


@pytest.mark.parametrize(
    "question",
    [
        "How many victims had their passports taken?",
        "How many people called the hotline?",
        "Whom do we call a victim of trafficking?",
        "Which country has the most trafficking victims?",
        "My thesis is about debt bondage in brick kilns; what does the ILO say?",
        "Why do victims not leave when the door is open?",
        "¿Cuántas mujeres fueron obligadas a prostituirse?",
        "Combien de victimes ont été enfermées ?",
        "كم عدد ضحايا الاتجار في لبنان؟",
        "Сколько людей держали в рабстве?",
        "扣留工人护照违法吗？",
        "Help me understand how victims are locked in",
        "I am a student and write about workers who are beaten",
        "Я студент, пишу о тех, кого держат без паспорта",
        "قصة الفتاة التي هربت من المهربين",
        "我是学生，想找被关在园区的人的数据",
    ],
)
def test_studies_of_the_same_things_raise_no_card(question: str) -> None:
    """The words of distress in a researcher's question do not count."""
    assert not in_distress(question)


def test_likeness_hears_what_resembles_its_examples(encoder: HashingEncoder, tmp_path: Path) -> None:
    """A message that is like the examples of one side falls on that side."""
    likeness = Likeness(encoder, tmp_path / "vectors.sqlite")

    assert likeness.is_near(
        encoder.encode_query("My employer in Dubai will not give my passport back and I want to leave")
    )
    assert not likeness.is_near(encoder.encode_query("How many boats sank off Libya in 2016?"))


def test_what_only_the_encoder_hears_shows_the_card(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """The card is shown where the rules are silent and the likeness is not; greetings are not asked about."""

    class Near:
        def is_near(self, _: Vector) -> bool:
            return True

    monkeypatch.setattr(assistant, "_likeness", Near())

    assert assistant.ask("Who funds the shelter in Accra?").help
    assert assistant.ask("hello").help is None


def test_the_card_is_added_to_the_answer(assistant: Assistant) -> None:
    """Who is at risk and asks something gets both."""
    answer = assistant.ask("I am locked in. Who funds the shelter in Accra?")

    assert answer.help
    assert "Norway funds the shelter in Accra." in answer.text


@pytest.mark.parametrize("language", ["ar", "en", "es", "fr", "ru", "zh", "tl"])
def test_the_card_speaks_the_askers_language(language: str) -> None:
    """Every text of the card is there, in English where the language is none of the six."""
    card = help_card("", language, LINES, ())
    english = help_card("", "en", LINES, ())

    assert all([card.title, card.text, card.emergency, card.note])
    assert (card.text == english.text) is (language in {"en", "tl"})


def test_the_country_comes_from_the_message_or_the_operator() -> None:
    """Lines of a named country come first, then the operator's own, then all; members count for their union."""

    def shown(message: str, *default: str) -> list[str]:
        return [line.country for line in help_card(message, "en", LINES, default).lines]

    assert shown("help, I am in Ukraine", "United States") == ["Ukraine"]
    assert shown("help, I am in Poland") == ["European Union"]
    assert shown("help me", "United Kingdom") == ["United Kingdom"]
    assert shown("I am in the UK", "Ukraine") == shown("near Glasgow, Scotland", "Ukraine") == ["United Kingdom"]
    assert shown("I am in the US", "Ukraine") == ["United States"]
    assert shown("he lied to us", "Ukraine") == ["Ukraine"]
    assert shown("help, I am in Oman") == [line.country for line in LINES]


def test_lines_that_nobody_checked_lately_are_marked(tmp_path: Path) -> None:
    """A line is stale when its day lies too far back, or is not known."""
    file = tmp_path / "lines.yaml"
    entry = {"country": "X", "service": "s", "number": "1", "source": "s"}
    file.write_text(yaml.safe_dump([entry, entry | {"checked": date(2026, 1, 1)}]), encoding="utf-8")

    assert [line.stale for line in read_help_lines(file, 30, date(2026, 1, 31))] == [True, False]
    assert [line.stale for line in read_help_lines(file, 30, date(2026, 2, 1))] == [True, True]


@pytest.mark.parametrize("text", ["- country: X", "[", "- nothing"], ids=["missing", "no YAML", "no entry"])
def test_a_broken_file_of_lines_is_told(tmp_path: Path, text: str) -> None:
    """The error names the file and what to mend."""
    file = tmp_path / "lines.yaml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(BrokenHelpLines, match=r"lines\.yaml.*(mend|correct)"):
        read_help_lines(file, 30)


def test_the_card_shows_with_the_index_missing(broken: TestClient) -> None:
    """A server without an index starts, says that it is not ready, and shows help to everybody: it can't hear all."""
    cry = broken.post("/v1/ask", json={"question": CRY})
    question = broken.post("/v1/ask", json={"question": "¿Quién financia el refugio?"})

    assert broken.get("/readyz").status_code == broken.post("/v1/search", json={"query": "x"}).status_code == 503
    assert broken.get("/").status_code == broken.get("/healthz").status_code == 200
    assert cry.status_code == 503
    assert cry.json()["help"]["lines"]
    assert question.status_code == 503
    assert question.json()["help"]["lines"]
    assert question.json()["detail"].startswith("En este momento")


def test_a_broken_cache_keeps_nobody_from_help(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of vectors that can't be read is a fault like a missing index: the server starts without an assistant."""

    def fail(*_: object) -> None:
        raise sqlite3.DatabaseError("file is not a database")

    monkeypatch.setattr(Assistant, "from_settings", fail)

    assert load_assistant(Settings(), lambda _: None) is None


@pytest.mark.parametrize("signs", ["?" * 900, "; " * 480, "\u2026 . " * 240], ids=["one", "two", "three"])
def test_a_run_of_signs_hides_nothing_and_costs_nothing(signs: str) -> None:
    """What is asked or cried behind any number of signs is routed and heard as it is without them."""
    assert route(f"{signs} Who pays for the shelter?") == ""
    assert route(f"{signs} Best recipe for jollof rice?") == "out_of_scope"
    assert in_distress(f"{signs} they took my passport and I can't leave")
    assert not in_distress(f"{signs} Who pays for the shelter?")


def test_the_card_shows_with_the_model_broken(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An encoder that fails in the middle keeps nobody from help, and the log holds no word of the question."""

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
    assert [line["number"] for line in off["help"]["lines"]] == ["527"]
    assert off["message"] in page
    assert "527" in page
    assert (on["status"], on["reason"], on["help"]) == ("answered", "", None)


@pytest.mark.parametrize(
    ("question", "history", "alone"),
    [
        ("And in Ghana?", ["How many victims did IOM help in Togo in 2015?"], "in Ghana? (victims IOM help 2015)"),
        ("what about 2019?", ["How many returned from Libya in 2018?"], "what about 2019? (returned Libya)"),
        (
            "Does IOM have one too?",
            ["Has the OSCE got a manual on referral?"],
            "Does IOM have one too? (manual referral)",
        ),
        ("Who paid for it?", [], "Who paid for it?"),
        (
            "Which donors funded the first shelter for trafficked women in Machala, Ecuador?",
            ["How many children beg in Dakar?"],
            "Which donors funded the first shelter for trafficked women in Machala, Ecuador?",
        ),
    ],
)
def test_a_follow_up_takes_what_it_lacks(question: str, history: list[str], alone: str) -> None:
    """Topic words are carried on; a new country, year or name takes the old one's place; a new topic stands alone."""
    assert readings(question, [Turn(one) for one in history])[0] == alone


@given(st.text(max_size=200), st.lists(st.text(max_size=200), max_size=4))
def test_any_conversation_has_a_question(question: str, history: list[str]) -> None:
    """Nothing of the question but an opening word is lost, whatever came before."""
    *completed, alone = readings(question, [Turn(one) for one in history])

    assert alone == question
    assert all(question.endswith(one.rpartition(" (")[0]) for one in completed)


def test_the_documents_tell_which_reading_is_meant() -> None:
    """A sure answer to the question as it is beats a completed one; where the question points back it does not."""
    new_topic = {"How many calls? (shelter)": 0.95, "How many calls?": 0.92}
    pointing = {"Who funds it? (shelter)": 0.8, "Who funds it?": 0.95}

    assert likeliest(new_topic, "How many calls?") == "How many calls?"
    assert likeliest(pointing, "Who funds it?") == "Who funds it? (shelter)"


@given(st.text(st.characters(), max_size=300))
def test_cleaning_is_done_once(text: str) -> None:
    """Clean text stays as it is, and holds nothing invisible."""
    cleaned = clean(text)

    assert clean(cleaned) == cleaned
    assert not INVISIBLE.search(cleaned)


def test_joiners_are_kept_where_a_language_needs_them() -> None:
    """Persian keeps its joiner; between Latin letters it only hides a word; piles of accents are cut."""
    assert clean("می\u200cخواهم") == "می\u200cخواهم"
    assert clean("W\u200bh\u200da\u00adt") == "What"
    assert len(clean("a" + "\u0301\u0323" * 50)) <= 4


def test_a_text_has_a_limit_in_characters_and_tokens() -> None:
    """A thousand characters are read, more are not, and neither is what would be thousands of tokens."""
    assert not is_too_long("x" * 1000)
    assert is_too_long("x" * 1001)
    assert is_too_long("\U0001f9d1" * 999)
    assert len(shortened("x" * 5000)) == 1000


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("mail ana.b@mail.example.org now", "mail [e-mail] now"),
        ("ring +1 (212) 555-2368 tonight", "ring [phone] tonight"),
        ("passport AB1234567 of 2015", "passport [number] of 2015"),
        ("28,000 calls since 2003, 1,235 victims", "28,000 calls since 2003, 1,235 victims"),
    ],
)
def test_what_tells_who_somebody_is_gets_masked(text: str, masked: str) -> None:
    """Addresses, phone and paper numbers are masked; years and figures are not."""
    assert mask(text) == masked


@given(st.text(max_size=300))
@settings(deadline=None)
def test_masking_leaves_no_address(text: str) -> None:
    """Whatever stands around it, an e-mail address is gone, and masking again changes nothing."""
    masked = mask(f"{text} ana@example.org {text}")

    assert "ana@example.org" not in masked


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("DON’T", "dont"),
        ("m'oblige", "m oblige"),
        ("Échappé", "echappe"),
        ("أُختي", "اختي"),
        ("٢٠١٥", "2015"),
        ("ＩＯＭ", "iom"),
    ],
)
def test_folding_forgets_what_writers_vary(text: str, folded: str) -> None:
    """Case, accents, apostrophes, vowel marks, and the forms of letters and digits do not count."""
    assert fold(text) == folded


def test_the_notation_of_phrases() -> None:
    """Gaps, endings, alternatives and named words do what the file says they do."""
    found = finder(["took ... <my> passport*", "go (back|) home", "^ help $"], {"my": ["my", "our"]})

    assert all(found.search(text) for text in ("took away all of our passports", "go home", "go back home", "help!"))
    assert not any(found.search(text) for text in ("mistook my passport", "took the passport", "gohome", "help him"))


@given(st.text(st.characters(), max_size=1200))
@settings(deadline=None, max_examples=50)
def test_any_text_is_received(text: str) -> None:
    """No text whatever breaks the reception."""
    received = Reception(LINES).receive(text)

    assert len(received.question) <= 1000
    assert received.reason == "" or received.reason in STATUSES


@pytest.mark.skipif(not NAUGHTY.exists(), reason="the list of naughty strings is not here")
def test_naughty_strings_are_received() -> None:
    """Strings that broke other programs get a clean question without control characters."""
    for text in json.loads(NAUGHTY.read_text(encoding="utf-8")):
        assert not INVISIBLE.search(Reception(LINES).receive(text).question)


def mutated(assistant: Assistant, suite: str) -> list[str]:
    """Return what the gate objects to in a run of one suite over an assistant."""
    asked = ask_all([load_suite(suite)], [LocalSystem("waymark", assistant)])
    run = run_benchmark(asked, {suite: "digest"}, {"corpus": "x"})
    return [one for one in objections(run.summary(), []) if one.startswith(suite) and "not measured" not in one]


def test_the_gate_notices_a_help_rule_that_is_gone(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the English rules, the recall of the help card falls under its floor."""
    before = mutated(assistant, "safety")
    rules = qa.safety.distress_rules._rules()
    others = {
        kind: {language: found for language, found in getattr(rules, kind).items() if language != "english"}
        for kind in ("signs", "close")
    }
    monkeypatch.setattr(qa.safety.distress_rules, "_rules", lambda: replace(rules, **others))

    assert before == []
    assert any("help card shown" in one and "under the floor" in one for one in mutated(assistant, "safety"))


def test_the_gate_notices_a_router_that_is_open(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """A router that lets researchers' questions end early, or nothing end early, moves a gated figure."""
    monkeypatch.setattr("qa.safety.intake.route", lambda *_, **__: "out_of_scope")

    assert any("wrongly refused" in one for one in mutated(assistant, "factual"))
