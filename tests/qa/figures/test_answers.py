"""Answers in figures: the number first, each with the line of its table; what is missing is said."""

from dataclasses import replace

import pytest

from corpus.figures import tables
from corpus.figures.documents import document_of, span_of
from qa import Assistant, Status
from qa.answers.answer import Statement, answer_json
from qa.figures.answers import tell
from qa.figures.joining import with_figures
from qa.figures.question import End, FiguresQuestion, Kind

GLOTIP = tables()["unodc-glotip"]
CONVICTED = FiguresQuestion(
    table=GLOTIP,
    indicator=GLOTIP.indicator("convicted"),
    places=("NP",),
    years=(2018,),
    breakdown=(),
    kind=Kind.VALUE,
    language="en",
    confidence=1.0,
)


def test_a_figure_is_told_with_year_and_source() -> None:
    """The number comes first, and the notes of the table follow."""
    told = tell(CONVICTED)

    assert [sentence.text for sentence in told.sentences] == [
        "77 persons were convicted of trafficking in persons in Nepal in 2018"
        " (UNODC, Global Report on Trafficking in Persons)."
    ]
    assert "hard to compare" in told.notes[-1]


def test_a_suppressed_count_is_fewer_and_no_number() -> None:
    """It is neither zero nor added up."""
    told = tell(replace(CONVICTED, places=("KE",), years=(2010,)))

    assert told.sentences[0].text.startswith("Fewer than 5 persons")
    together = tell(replace(CONVICTED, places=("KE",), years=(2010, 2011), kind=Kind.TOTAL))
    assert not any("added up" in sentence.text for sentence in together.sentences)


def test_a_missing_figure_is_refused_with_the_years_that_there_are() -> None:
    """Nothing is made up for it."""
    told = tell(replace(CONVICTED, places=("KE",), years=(1998,)))

    assert not told.sentences
    assert "no figure for: Persons convicted · Kenya · 1998" in told.refusal
    assert "2014–2020" in told.refusal


@pytest.mark.parametrize(("country", "says"), [("NP", "fell from 130 to 61 (53.1 %)"), ("GB", "")])
def test_a_trend_is_told_unless_it_is_counted_differently(country: str, says: str) -> None:
    """From the first to the last year; across a break only the figures are told."""
    indicator = "convicted" if says else "victims"
    years = tuple(range(2016, 2021))
    asked = replace(CONVICTED, indicator=GLOTIP.indicator(indicator), places=(country,), years=years, kind=Kind.TREND)
    told = tell(asked)

    assert says in told.sentences[1].text
    assert says or "From 2017 it is counted differently" in " ".join(told.notes)
    assert says or "rose" not in told.sentences[1].text


def test_a_trend_tells_its_ups_and_downs() -> None:
    """The first and the last year alone would hide what lies between; of a steady fall they tell enough."""
    years = tuple(range(2016, 2021))
    told = tell(replace(CONVICTED, years=years, kind=Kind.TREND))
    steady = tell(replace(CONVICTED, places=("UZ",), years=years, kind=Kind.TREND))

    assert "the lowest was 44 (2019), the highest 130 (2016)" in told.sentences[2].text
    assert not any("In between" in sentence.text for sentence in steady.sentences)


def test_the_countries_of_a_tier_are_listed_and_counted() -> None:
    """Each cites the line of the year; what is more than thirty is folded, and a year without any is missing."""
    tiers = tables()["us-tip-tiers"]
    asked = replace(CONVICTED, table=tiers, indicator=tiers.indicator("tier"), places=("001",), kind=Kind.LIST)
    told = tell(replace(asked, value="Tier 3", years=(2015,)))
    many = tell(replace(asked, value="Tier 2", years=(2015,)))

    assert told.opening.startswith("23 countries and territories: Tier 3")
    assert [sentence.text for sentence in told.sentences[1:3]] == ["Algeria", "Belarus"]
    assert {figure.country for sentence in told.sentences for figure in sentence.figures} == {"2015"}
    assert len(many.sentences) + len(many.sentences[-1].rest) == 90
    assert "no figure for: Tier 3" in tell(replace(asked, value="Tier 3", years=(2023,))).opening


def test_what_signed_a_treaty_only_is_told_so() -> None:
    """Of a state without a date of ratification the table tells the rest, as far as it goes: states go on joining."""
    palermo = tables()["palermo-protocol"]
    asked = replace(CONVICTED, table=palermo, indicator=palermo.indicator("party"), places=("JP",), years=())
    told = tell(replace(asked, by_year=2012))

    assert told.opening.startswith("Palermo Protocol signed, not ratified: Japan, by December 2013")
    assert told.sentences[1].text.startswith("9 Dec 2002 is when Japan signed")
    assert "no figure" in tell(replace(asked, places=("SO",))).refusal
    for since in (tell(asked), tell(replace(asked, by_year=2017))):
        assert not since.sentences
        assert since.near == told.sentences


def test_treaties_are_listed_by_what_holds_and_by_date() -> None:
    """Those that signed only cite one line, those of a year their own ones."""
    palermo = tables()["palermo-protocol"]
    asked = replace(CONVICTED, table=palermo, places=("001",), kind=Kind.LIST, years=())
    value = "Palermo Protocol signed, not ratified"
    only = tell(replace(asked, indicator=palermo.indicator("status"), value=value))
    of_2010 = tell(replace(asked, indicator=palermo.indicator("party"), years=(2010,)))

    assert [sentence.text for sentence in only.sentences[1:4]] == ["Barbados", "Czechia", "Japan"]
    assert len(only.sentences) == 9
    assert [sentence.text for sentence in of_2010.sentences[1:3]] == [
        "Antigua and Barbuda: 17 Feb 2010",
        "China: 8 Feb 2010",
    ]


def test_a_share_is_told_with_both_counts_unless_one_is_kept_back() -> None:
    """Then the counts stand alone; of several categories, age and sex are those of the part."""
    victims = replace(CONVICTED, indicator=GLOTIP.indicator("victims"), kind=Kind.SHARE)
    asked = replace(victims, places=("RO",), breakdown=(("age", "children"),))
    hidden = tell(replace(asked, places=("NP",), years=(2017,)))
    labour = tell(replace(asked, breakdown=(("age", "children"), ("form", "labour"))))

    assert tell(asked).opening.startswith("42.7 % (212 of 497): Victims detected · children · Romania · 2018")
    assert [sentence.text.split(" victims")[0] for sentence in hidden.sentences] == ["Fewer than 5", "311"]
    assert "of 100)" in labour.opening


@pytest.mark.parametrize(
    ("end", "opening"),
    [(End.FIRST, "36 "), (End.LAST, "13 "), (End.MOST, "60 "), (End.LEAST, "5 ")],
)
def test_a_year_of_a_series_is_told(end: End, opening: str) -> None:
    """The first and the last that there is, and those with the highest and the lowest figure; 2021 is not whole."""
    asked = replace(CONVICTED, indicator=GLOTIP.indicator("victims"), places=("AM",), years=(), kind=Kind.YEAR, end=end)
    told = tell(asked)

    assert told.opening.startswith(opening)
    assert "It has figures for 2007–2021" in told.notes[0].replace("–2021.", "–2021")


def test_the_lowest_figure_is_the_suppressed_one() -> None:
    """All years that have one are told."""
    told = tell(replace(CONVICTED, places=("KE",), years=(), kind=Kind.YEAR, end=End.LEAST))

    assert [sentence.figures[0].year for sentence in told.sentences] == [2010, 2011, 2016, 2017]


def test_of_suppressed_counts_none_is_the_highest() -> None:
    """The years that there are are told."""
    victims = replace(CONVICTED, indicator=GLOTIP.indicator("victims"), places=("AD",), years=(), kind=Kind.YEAR)
    told = tell(replace(victims, end=End.MOST))

    assert told.refusal
    assert "figures for 20" in told.notes[0]


def test_a_region_is_told_as_the_sum_of_the_countries_that_have_a_figure() -> None:
    """It cites one line, says what is not in it, and of several years how many countries each has."""
    asked = replace(CONVICTED, indicator=GLOTIP.indicator("victims"), places=("155",))
    told, trend = tell(asked), tell(replace(asked, years=(), kind=Kind.TREND))
    [total] = told.sentences[0].figures

    assert told.opening.startswith("3,232: Victims detected · Western Europe · 2018, the counts of the 7 countries")
    assert (
        span_of(GLOTIP, total).of(document_of(GLOTIP, "2018").text).startswith("Victims detected, Western Europe, 2018")
    )
    assert "Liechtenstein" in told.notes[0]
    assert len(trend.sentences) == 5
    assert not any("rose" in sentence.text or "fell" in sentence.text for sentence in trend.sentences)
    assert not tell(replace(asked, breakdown=(("age", "children"),))).sentences


def test_every_language_has_its_sentence() -> None:
    """In the six languages, with the number in it."""
    for language in ("ar", "en", "es", "fr", "ru", "zh"):
        assert tell(replace(CONVICTED, language=language)).sentences[0].text.lstrip().startswith("77")


def test_figures_stand_before_what_texts_tell(assistant: Assistant) -> None:
    """They cite the lines of their table verbatim; what the texts tell stands below, numbered behind."""
    texts = assistant.ask("Who funds the shelter in Accra?")
    answer = with_figures(texts, CONVICTED)
    shown = answer_json(answer)

    assert answer.text.startswith("77 persons were convicted")
    assert shown["citations"][0]["quote"] == "Persons convicted, Nepal, 2018: 77 (row 27306 of the source)"
    assert shown["topics"] == [{"id": "figures", "label": "Persons convicted · Nepal · 2018"}]
    assert answer.statements[1:] == tuple(
        replace(statement, citations=tuple(number + 1 for number in statement.citations))
        for statement in texts.statements
    )
    assert "count differently" in answer.notes[0]


@pytest.mark.parametrize(("question", "stands"), [("Who paid in 2015?", True), ("Who paid in 2018?", False)])
def test_a_sure_text_stands_where_it_names_the_years_asked_for(
    assistant: Assistant, question: str, stands: bool
) -> None:
    """A document that tells of just these years was written about the question; a table is not put before it."""
    texts = assistant.ask("Who funds the shelter in Accra?")
    said = Statement("Norway paid in 2015.", texts.statements[0].citations, 1.0)
    texts = replace(texts, standalone_question=question, statements=(said,))

    answer = with_figures(texts, CONVICTED)
    assert (answer.statements == texts.statements) is stands
    assert ("A table has another figure" in answer.notes[0]) is stands


def test_a_table_that_agrees_is_not_noted(assistant: Assistant) -> None:
    """Text and table never contradict each other silently; where they agree nothing needs to be said."""
    texts = replace(assistant.ask("Who funds the shelter in Accra?"), standalone_question="convictions in 2018")
    said = Statement("In 2018 courts convicted 77 traffickers.", texts.statements[0].citations, 1.0)
    texts = replace(texts, statements=(said,))

    assert with_figures(texts, CONVICTED) == texts


def test_a_series_that_a_text_does_not_say_is_noted(assistant: Assistant) -> None:
    """All of its figures, since each may differ."""
    texts = replace(assistant.ask("Who funds the shelter in Accra?"), standalone_question="convictions, 2017 and 2018")
    said = Statement("In 2017 and in 2018 courts convicted 61 and 80.", texts.statements[0].citations, 1.0)
    series = replace(CONVICTED, years=(2017, 2018), kind=Kind.SERIES)
    answer = with_figures(replace(texts, statements=(said,)), series)

    assert answer.statements == (said,)
    assert "61 persons" in answer.notes[0]
    assert "2018: 77" in answer.notes[0]


def test_a_sure_text_stands_where_the_table_lacks_the_date(assistant: Assistant) -> None:
    """The table of a treaty ends in 2013; a text that tells the ratification of 2015 is newer."""
    treaty = tables()["palermo-protocol"]
    asked = replace(CONVICTED, table=treaty, indicator=treaty.indicator("party"), places=("KR",), years=())
    texts = assistant.ask("Who funds the shelter in Accra?")
    said = Statement("South Korea ratified the protocol in 2015.", texts.statements[0].citations, 1.0)
    texts = replace(texts, statements=(said,))
    answer = with_figures(texts, asked)

    assert answer.statements == texts.statements
    assert answer.notes[0].startswith("What a table tells that ends in 2013: Palermo Protocol signed, not ratified")


@pytest.mark.parametrize(
    ("said", "place", "stands"),
    [
        ("In 2023 Nepal acceded to the protocol on trafficking.", "NP", True),
        ("Nepal has not yet joined the protocols to the convention.", "NP", True),
        ("In Nepal, UNODC explained how a state ratifies the protocols.", "NP", False),
        ("Nepal was already a party to the parent treaty, the convention.", "NP", False),
        ("India ratified the protocol in 2011.", "NP", False),
        ("India ratified the protocol in 2016.", "001", True),
    ],
)
def test_a_text_stands_for_a_treaty_that_tells_whether_the_country_joined(
    assistant: Assistant, said: str, place: str, stands: bool
) -> None:
    """A text on how states join, on another treaty or another country only lies near."""
    treaty = tables()["palermo-protocol"]
    asked = replace(CONVICTED, table=treaty, indicator=treaty.indicator("party"), places=(place,), years=(2016,))
    texts = assistant.ask("Who funds the shelter in Accra?")
    texts = replace(texts, statements=(Statement(said, texts.statements[0].citations, 1.0),))
    answer = with_figures(texts, asked)

    assert (answer.status == Status.ANSWERED) is stands
    assert (answer.statements if stands else answer.nearest) == texts.statements


def test_a_text_that_tells_whether_the_country_joined_opens_the_answer(assistant: Assistant) -> None:
    """Also where it only added to a sentence on a course about the protocol, which is as near to the question."""
    treaty = tables()["palermo-protocol"]
    asked = replace(CONVICTED, table=treaty, indicator=treaty.indicator("party"), places=("NP",), years=())
    texts = assistant.ask("Who funds the shelter in Accra?")
    cited = texts.statements[0].citations
    course, joined, law = (
        Statement(said, cited, 1.0)
        for said in ("In Nepal a course was held.", "In 2020 Nepal acceded to the protocol.", "Nepal has a law.")
    )
    answer = with_figures(replace(texts, statements=(course,), more=(law, joined)), asked)

    assert (answer.status, answer.statements, answer.more) == (Status.ANSWERED, (joined, course), (law,))


def test_an_unsure_text_is_not_lost_where_the_table_ends_before(assistant: Assistant) -> None:
    """What a table tells of an earlier time is no answer: it stands beside, before what the texts have near it."""
    treaty = tables()["palermo-protocol"]
    asked = replace(CONVICTED, table=treaty, indicator=treaty.indicator("party"), places=("KR",), years=())
    sure, none = assistant.ask("Who funds the shelter in Accra?"), assistant.ask("Who painted the moon?")
    partial = with_figures(replace(sure, status=Status.PARTIAL), asked)
    near = replace(none, status=Status.NO_EVIDENCE, nearest=sure.statements, citations=sure.citations)
    refused = with_figures(near, asked)

    assert partial.statements == sure.statements
    assert "no figure" in partial.notes[0]
    assert "not ratified" in partial.notes[1]
    assert refused.status == Status.NO_EVIDENCE
    assert [each.text for each in refused.nearest[2:]] == [each.text for each in sure.statements]
    assert len(refused.citations) == 2 + len(sure.citations)


def test_no_text_stands_for_a_ranking(assistant: Assistant) -> None:
    """A sentence on the convictions of one country in 2018 does not tell which countries have most."""
    texts = replace(assistant.ask("Who funds the shelter in Accra?"), standalone_question="top convictions in 2018")
    said = Statement("In 2018 courts convicted 80 traffickers.", texts.statements[0].citations, 1.0)
    ranking = replace(CONVICTED, places=("001",), kind=Kind.TOP)

    assert with_figures(replace(texts, statements=(said,)), ranking).statements[0] != said


def test_a_sure_text_stands_where_the_table_tells_nothing(assistant: Assistant) -> None:
    """Else the answer says what the table lacks."""
    missing = replace(CONVICTED, years=(1998,))
    texts, none = assistant.ask("Who funds the shelter in Accra?"), assistant.ask("Who painted the moon?")

    assert with_figures(texts, missing) == texts
    assert with_figures(none, missing).status == Status.NO_EVIDENCE
    assert with_figures(none, missing).reason == "no_figure"
