"""Whatever is written, the safety step ends with a clean question, and with help where it calls for it."""

import json
import os
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa import Intake
from qa.answers.answer import STATUSES
from qa.query.question import Question
from qa.safety.distress_rules import in_distress
from qa.safety.intake import UNJUDGED
from qa.safety.router import route
from qa.safety.sanitizer import MAX_READ, pieces

NAUGHTY = Path(os.environ.get("NAUGHTY_STRINGS", "blns.json"))  # a list of strings that broke other programs
INVISIBLE = re.compile("[\0-\b\x0e-\x1f\u202a-\u202e\u2066-\u2069\u200b\ufeff\U000e0000-\U000e007f]")
INTAKE = Intake.shipped()


@given(st.text(st.characters(), max_size=1200))
@settings(max_examples=50)
def test_any_text_is_prepared(text: str) -> None:
    """Whatever is written, the safety step ends with a short text and a known reason or none."""
    prepared = INTAKE.prepare(text)

    assert len(prepared.text) <= 1000
    assert prepared.reason == "" or prepared.reason in STATUSES


@pytest.mark.skipif(
    not NAUGHTY.exists(), reason="not part of the project: naughty strings; name their file by NAUGHTY_STRINGS"
)
def test_naughty_strings_are_received() -> None:
    """Strings that broke other programs get a clean question without control characters."""
    for text in json.loads(NAUGHTY.read_text(encoding="utf-8")):
        assert not INVISIBLE.search(INTAKE.prepare(text).text)


def test_the_beginning_of_a_long_story_is_looked_at() -> None:
    """A text of any length costs no more than its beginning, in which a cry for help is heard."""
    cry = "They took my passport and I can't leave. "
    prepared = INTAKE.prepare(cry + "So it went on. " * 4000)

    assert (prepared.reason, len(prepared.question.text) <= MAX_READ) == ("too_long", True)
    assert prepared.help


@pytest.mark.parametrize("signs", ["?" * 900, "; " * 480, "\u2026 . " * 240], ids=["one", "two", "three"])
def test_a_run_of_punctuation_hides_nothing_and_costs_nothing(signs: str) -> None:
    """A message after any number of punctuation marks is routed and checked for distress as it is without them."""
    assert route(Question(f"{signs} Who pays for the shelter?")) == ""
    assert route(Question(f"{signs} Best recipe for jollof rice?")) == "out_of_scope"
    assert in_distress(Question(f"{signs} they took my passport and I can't leave"))
    assert not in_distress(Question(f"{signs} Who pays for the shelter?"))


def test_the_end_of_a_long_story_is_looked_at() -> None:
    """However long a text is, its last words are read too."""
    prepared = INTAKE.prepare("So it went on. " * 4000 + "He has a gun.")

    assert len(prepared.question.text) <= MAX_READ
    assert pieces(prepared.question.text)[1].endswith("He has a gun.")
    assert INTAKE.prepare("So it went on. " * 400 + "My boss has my passport and he beats me.").help


@pytest.mark.parametrize(
    ("last", "after_a_place", "after_a_home"),
    [("", "AE", "PE"), ("I want to go home to Nepal", "AE", "NP"), ("Now I am in Kuala Lumpur", "MY", "MY")],
)
def test_the_card_goes_by_the_latest_place_and_by_home_last(last: str, after_a_place: str, after_a_home: str) -> None:
    """Where somebody said that they are counts until they tell of another place."""
    earlier = [Question("My boss beats me, I am from Peru"), Question("I am locked up in Dubai")]

    assert INTAKE.card(Question(last), earlier).regions == (after_a_place,)
    assert INTAKE.card(Question(last), earlier[:1]).regions == (after_a_home,)


def test_a_personal_case_has_the_card() -> None:
    """Who is told to turn to a lawyer or an aid organization is shown where these are."""
    prepared = INTAKE.prepare("Can I apply for asylum in Spain?")

    assert (prepared.reason, prepared.is_certain) == ("personal_case", True)
    assert prepared.help
    assert prepared.help.regions == ("ES",)


def test_a_repeated_cry_is_no_gibberish() -> None:
    """One word three times is not understood, but for a cry."""
    assert INTAKE.prepare("ayuda ayuda ayuda").reason == ""
    assert INTAKE.prepare("table table table").reason == "not_understood"


def test_the_card_names_the_country_of_the_latest_message_that_does() -> None:
    """A question without a country takes over that of an earlier one."""
    earlier = [Question("I am in Kenya"), Question("now in Ghana"), Question("please hurry")]

    assert INTAKE.card(Question("what number?"), earlier).regions == ("GH",)
    assert INTAKE.card(Question("in Malaysia"), earlier).regions == ("MY",)
    assert INTAKE.card(Question("what number?")).regions == ()


def test_a_short_question_about_the_bot_tells_nothing_of_who_asks() -> None:
    """Where more is told beside it, it is judged like any other message."""
    assert INTAKE.prepare("Will you tell my boss?").is_on_bot
    assert INTAKE.prepare("¿Quién eres?").is_on_bot
    assert not INTAKE.prepare("is this chat private? I do videos for them").is_on_bot
    assert not INTAKE.prepare("Who pays for the shelter?").is_on_bot


def test_a_reader_who_is_one_of_those_gets_the_card() -> None:
    """After a question, a few words tell that its subject is the reader's own case."""
    earlier = ["What are the signs of domestic servitude?"]

    assert INTAKE.prepare("That's me.", earlier=earlier).help
    assert not INTAKE.prepare("The same for Kenya?", earlier=earlier).help


def test_of_very_long_messages_before_a_question_only_the_first_are_judged() -> None:
    """The others may be cries for help, so that they count as some, with the country that they name."""
    long = "Who pays for the shelter? " * 38
    judged = INTAKE.prepare_earlier("Who pays in Ghana?", [long] * 5)
    unjudged = INTAKE.prepare_earlier("I live in Ghana.", [long] * 6 + ["Thanks."] * 13)

    assert judged == INTAKE.prepare("Who pays in Ghana?", earlier=[long] * 5)
    assert judged.help is None
    assert unjudged.reason == UNJUDGED
    assert unjudged.help
    assert unjudged.help.regions == ("GH",)
