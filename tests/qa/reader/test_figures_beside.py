"""Of several figures in a sentence, the one beside what a question names is its short answer."""

import pytest

from embeddings.cross_encoder.phrases import Phrase
from qa.query.question import Question
from qa.reader.figures_beside import figure_asked_for

HOME = "Filipinos were the largest group, with 149 people, followed by 88 Thais and 61 Indonesians."
BACK = "In 2021 over 1,170,500 came back, more than 1,150,000 of them from Iran and 20,500 from Pakistan."
CASES = "Cases in Peru rose from 552 in 2014 to 889 in 2015 and 1,144 in 2016."
COURSE = "The course in Thimphu reached 46 officers of the police and the army: 28 men and 18 women."
DARIEN = "They came from Venezuela (30,250), Haiti (23,640) and Ecuador (14,327)."
SHARES = "Of 54 victims in Mexico, 80 per cent came from Central America and 13 per cent from South America."
WON = "They won five convictions for fraud and eight for theft."
FREED = "The police took 20 children out of three fishing communities."
CLOSED = "The fall made it possible to close 20 of Libya's 53 migrant detention centres."
FORCE = "The protocol was adopted on 15 November 2000 in New York, and it entered into force on 25 December 2003."
TREATY = (
    "The UN General Assembly adopted the protocol on 15 November 2000, and it entered into force on 25 December 2003."
)
OFFICES = "IOM has 18,934 staff members in 590 offices in 171 countries."
PART = "They also train 16 of the country's 32 departmental committees."
PEOPLE = "Of its 12 experts two went; EUR 10 million came, and 0800 0000 189 rang."


def asked_for(question: str, sentence: str, phrase: str, language: str = "en") -> str | None:
    """Return the words that a question asks for where the reader finds others."""
    begin = sentence.index(phrase)
    found = figure_asked_for(Question(question, language), sentence, Phrase(begin, begin + len(phrase), -1.0))
    return found and found.of(sentence)


@pytest.mark.parametrize(
    ("question", "sentence", "phrase", "figure"),
    [
        pytest.param("How many of them were Thai?", HOME, "61", "88", id="a people"),
        pytest.param(
            "How many Afghans came back from Iran in 2021?", BACK, "over 1,170,500", "1,150,000", id="a country"
        ),
        pytest.param("And in Haiti?", DARIEN, "(30,250)", "23,640", id="a country before its figure"),
        pytest.param("What share came from South America?", SHARES, "80 per cent", "13 per cent", id="a region"),
        pytest.param("How many cases were there in Peru in 2014?", CASES, "889", "552", id="a year"),
        pytest.param("How many women came?", COURSE, "28 men and 18", "18", id="a word, of a phrase over two figures"),
        pytest.param("How many officers came?", COURSE, "28", "46", id="a word"),
        pytest.param("How many convictions for theft?", WON, "five", "eight", id="of a figure without its noun"),
        pytest.param("How many of Libya's centres were closed?", CLOSED, "53", "20", id="a part of all"),
        pytest.param("How many centres does Libya have?", CLOSED, "53", "53", id="all"),
        pytest.param("How many centres were closed?", CLOSED, "53", "20", id="a part"),
        pytest.param("How many departmental committees are trained?", PART, "32", "16", id="a part of the country's"),
        pytest.param("How many of all its committees are there?", PART, "32", "16", id="a part of them all"),
        pytest.param("In how many countries does IOM have offices?", OFFICES, "590", "171", id="the noun counted"),
        pytest.param("How many offices are in other countries?", OFFICES, "590", "590", id="the noun of the phrase"),
        pytest.param("When was it adopted?", FORCE, "25 December 2003", "15 November 2000", id="a date"),
        pytest.param("When did it enter into force?", FORCE, "2000", "25 December 2003", id="a later date"),
        pytest.param("When did the UN treaty start?", TREATY, "25 December 2003", "25 December 2003", id="a name"),
        pytest.param("When did IOM meet on the protocol?", FORCE, "2000", "2000", id="a date without its words"),
    ],
)
def test_the_figure_beside_what_is_named_is_asked_for(question: str, sentence: str, phrase: str, figure: str) -> None:
    """Another one stands beside another country, people, region or year, or another word of the phrase."""
    assert asked_for(question, sentence, phrase) == figure


@pytest.mark.parametrize(
    ("question", "language", "sentence", "phrase", "figure"),
    [
        ("Combien d'Afghans sont revenus du Pakistan en 2021 ?", "fr", BACK, "over 1,170,500", "20,500"),
        ("¿Cuántos tailandeses volvieron?", "es", HOME, "61", "88"),
        ("Сколько случаев было в Перу в 2014 году?", "ru", CASES, "889", "552"),
        ("有多少人来自厄瓜多尔?", "zh", DARIEN, "(30,250)", "14,327"),
        ("كم عدد الأشخاص من هايتي؟", "ar", DARIEN, "(30,250)", "23,640"),
    ],
)
def test_places_and_years_tell_in_other_languages(
    question: str, language: str, sentence: str, phrase: str, figure: str
) -> None:
    """The sentence is English, whatever the language of the question."""
    assert asked_for(question, sentence, phrase, language) == figure


@pytest.mark.parametrize(
    ("question", "sentence", "phrase"),
    [
        pytest.param("How many came back in 2021?", BACK, "over 1,170,500", id="its year is no other's"),
        pytest.param("What share of those in Mexico came from Central America?", SHARES, "80 per cent", id="beside it"),
        pytest.param("How many men and women came?", COURSE, "28 men and 18", id="both are asked for"),
        pytest.param("They went to fishing villages. How many children came home?", FREED, "20", id="other words"),
        pytest.param("How many convictions?", WON, "five", id="a word that both figures count"),
        pytest.param("How many helped?", HOME, "149 people", id="nothing is named"),
        pytest.param("Who went?", PEOPLE, "experts", id="no figure is found"),
        pytest.param("Where were they from?", SHARES, "Central America and 13 per cent", id="a name first"),
        pytest.param("How many euros?", PEOPLE, "EUR 10 million", id="no other one is money"),
        pytest.param("Which number rang the experts?", PEOPLE, "0800 0000 189", id="a number to call"),
    ],
)
def test_else_the_figure_stays_that_the_reader_finds(question: str, sentence: str, phrase: str) -> None:
    """It is changed only for one that is clearly asked for."""
    assert asked_for(question, sentence, phrase) == phrase


def test_no_figure_is_asked_for_where_nothing_tells() -> None:
    """A phrase that runs over two figures is not one answer."""
    assert asked_for("Combien de femmes sont venues ?", COURSE, "28 men and 18", "fr") is None


def test_a_whole_is_no_answer_where_it_is_not_clear_whether_its_part_is_asked_for() -> None:
    """Only English words tell that all are asked for."""
    assert asked_for("¿Cuántos comités recibirán formación?", PART, "32", "es") is None
