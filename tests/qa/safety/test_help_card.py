"""The help card is in the user's language whole, and has the lines and emergency numbers of the country."""

import re
from datetime import date, timedelta

import pytest

import qa.safety.help_card
from qa.query.question import Question
from qa.safety.help_card import HelpLines, book_json, help_book, help_card, help_texts, read_help_lines
from qa.safety.help_lines import HelpEntry, oldest_day

LINES = read_help_lines(None, 365)
SIX = ["ar", "en", "es", "fr", "ru", "zh"]


def entry(**fields: object) -> HelpEntry:
    """Return an entry of Kenya with some fields."""
    return HelpEntry.model_validate({"country": "Kenya", "service": "s", "number": "1", "source": "s"} | fields)


@pytest.mark.parametrize("language", [*SIX, "tl"])
def test_the_card_speaks_the_askers_language(language: str) -> None:
    """Every text of the card is there, in English where the language is none of the six."""
    card = help_card(Question("", language), LINES, ())
    english = help_card(Question(""), LINES, ())

    assert all([card.title, card.text, card.emergency, card.note])
    assert (card.text == english.text) is (language in {"en", "tl"})


@pytest.mark.parametrize("language", SIX)
def test_every_text_is_there_in_every_language(language: str) -> None:
    """A language has the same texts as English, with the same places for values."""
    english, texts = help_texts("en"), help_texts(language)

    assert list(texts) == list(english)
    assert all(re.findall(r"\{\w+\}", texts[name]) == re.findall(r"\{\w+\}", english[name]) for name in english)


def test_the_country_comes_from_the_message_or_the_operator() -> None:
    """Lines of a named country come first, then the operator's own, then all."""

    def shown(message: str, *default: str) -> set[str]:
        return {line.country for line in help_card(Question(message), LINES, default).lines}

    assert shown("help, I am in Ukraine", "United States") == {"Ukraine"}
    assert shown("help, I am in Poland") == {"Poland"}
    assert shown("help me", "United Kingdom") == {"United Kingdom"}
    assert shown("I am in the UK", "Ukraine") == shown("near Glasgow, Scotland", "Ukraine") == {"United Kingdom"}
    assert shown("I am in the US", "Ukraine") == {"United States"}
    assert shown("he lied to us", "Ukraine") == {"Ukraine"}
    assert shown("locked up in London, help me return to Poland") == {"United Kingdom"}
    assert shown("Poland beats me", "Ukraine") != shown("Chad beats me", "Ukraine") == {"Ukraine"}
    assert len(shown("help me")) > 30


def test_a_country_without_a_line_has_its_emergency_numbers() -> None:
    """The card never shows another country's lines for a country that is named, and gives the numbers that it has."""
    card = help_card(Question("ayuda, estoy en Honduras", "es"), LINES, ("Ukraine",))

    assert card.regions == ("HN",)
    assert [number.number for number in card.numbers] == ["199"]
    assert card.lines == ()


def test_country_hours_languages_and_purpose_are_translated() -> None:
    """The facts of a line are sentences in the card's language; only a service's own name stays as it is."""
    fields = {"hours": "Mo-Fr 09:00-17:00", "languages": ("English", "Swahili", "interpreters"), "free": True}
    lines = HelpLines((entry(purpose="children", **fields), entry(hours="24/7")), 365)
    first, second = help_card(Question("", "fr"), lines, ("Kenya",)).lines

    assert (first.country, first.purpose) == ("Kenya", "Pour les enfants et les jeunes")
    assert first.facts[:3] == (
        "Gratuit.",
        "Horaires : lun.-ven. 09:00-17:00",
        "Langues : anglais, swahili, de nombreuses langues, avec interprète",
    )
    assert second.hours == "jour et nuit, tous les jours"


def test_what_a_page_gave_is_kept_apart_from_what_the_operator_confirmed() -> None:
    """A line that nobody confirmed names its page and that page's date; a confirmed one names the day and who did."""
    source, days = "https://www.example.org/help", (oldest_day(0) - date(2025, 6, 1)).days
    lines = (
        entry(source=source),
        entry(source=source, source_date="2019-05"),
        entry(source=source, source_date="2019-05", checked=date(2026, 1, 1)),
        entry(source=source, checked=date(2024, 1, 1)),
    )
    given, dated, confirmed, old = help_card(Question(""), HelpLines(lines, days), ("Kenya",)).lines

    assert given.facts == ("The page of example.org gives this number, without a date. We have not called it.",)
    assert dated.facts == ("The page of example.org gave this number (May 2019). We have not called it.",)
    assert confirmed.facts == ("Confirmed on 1 January 2026 by the organisation that offers this assistant.",)
    assert old.facts[1] == "That is long ago. If nobody answers, call the local emergency number."
    assert [line.stale for line in (given, dated, confirmed, old)] == [True, True, False, True]


def test_lines_that_nobody_checked_lately_are_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line is stale when its day lies too far back, or is not known; on a server that keeps running too."""
    lines = HelpLines((entry(), entry(checked=date(2026, 1, 1))), 30)

    def stale(today: date) -> list[list[bool]]:
        monkeypatch.setattr(qa.safety.help_card, "oldest_day", lambda days: today - timedelta(days=days))
        kenya = next(country for country in help_book(lines, (), "en").countries if country.region == "KE")
        return [[line.stale for line in shown] for shown in (help_card(Question(""), lines, ()).lines, kenya.lines)]

    assert stale(date(2026, 1, 31)) == [[True, False]] * 2
    fresh = book_json(lines, (), "en")
    assert stale(date(2026, 2, 1)) == [[True, True]] * 2
    assert book_json(lines, (), "en").count(b"That is long ago") == fresh.count(b"That is long ago") + 1


@pytest.mark.parametrize("language", SIX)
def test_the_book_has_all_countries_in_the_language(language: str) -> None:
    """All countries with an emergency number or a line are there once, by name, with what helps in each."""
    book = help_book(LINES, (), language)
    countries = {country.region: country for country in book.countries}

    assert len(countries) == len(book.countries) > 230
    assert all(country.name and (country.numbers or country.lines) for country in book.countries)
    assert sum(len(country.lines) for country in book.countries) == len(LINES.entries)
    assert [number.number for number in countries["DE"].numbers] == ["112", "110"]
    assert countries["DE"].numbers[1].services == help_texts(language)["police"]
