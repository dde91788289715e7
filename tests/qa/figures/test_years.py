"""The years of a question are read, whichever way they are told."""

import pytest

from corpus.figures import tables
from corpus.language.detection import language_of
from qa.figures.years import Years, years_of
from qa.query.question import Question

NEWEST = 2025  # in which the tiers were published
GLOTIP = tables()["unodc-glotip"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("from 2015 to 2018", (2015, 2016, 2017, 2018)),
        ("2015 and 2018", (2015, 2018)),
        ("in 2016, and the year after that", (2016, 2017)),
        ("in 2016 and two years earlier", (2014, 2016)),
        ("a decade after 2005", (2015,)),
        ("the year before 2015", (2014,)),
        ("convictions a decade ago", (NEWEST - 10,)),
        ("convictions last year", (NEWEST - 1,)),
        ("the last year that you have", ()),
        ("victims this year", (NEWEST,)),
        ("procesadas en 2016 y el año siguiente", (2016, 2017)),
        ("en 2018, et l'année précédente", (2017, 2018)),
        ("в 2015 году, а годом ранее", (2014, 2015)),
        ("كم كان العدد قبل عشر سنوات", (NEWEST - 10,)),
        ("2018年有多少受害者？前一年呢？", (2017, 2018)),
    ],
)
def test_years_are_read(text: str, named: tuple[int, ...]) -> None:
    """Named, between two, a step from a named one, which may not be asked for itself, or from the newest table's."""
    assert years_of(Question(text, language_of(text))).named == named


def test_numbers_that_count_years_are_nothing_else() -> None:
    """Else a question would seem to have a number that no table holds."""
    assert years_of(Question("in 2010 and 3 years later")).counted == {"3"}
    assert years_of(Question("泰国最近5年的受害者", "zh")).last == 5


def test_the_last_years_are_those_of_the_table() -> None:
    """They end with the last complete one; years since one may end with one that is not, unless they are compared."""
    assert Years(last=2).of(GLOTIP) == (2019, 2020)
    assert Years((2019,), since=True).of(GLOTIP) == (2019, 2020)
    assert Years((2019,), since=True).of(GLOTIP, whole=False) == (2019, 2020, 2021)
