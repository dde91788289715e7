"""A correction puts its country, name or year in place of what was asked."""

import pytest

from corpus.language.detection import language_of
from qa.query.corrections import corrected_turns
from qa.query.followups import Turn
from qa.query.question import Question


@pytest.mark.parametrize(
    ("asked", "correction", "meant"),
    [
        ("How many came to Kenya in 2018?", "Sorry, I meant Uganda.", "How many came to Uganda in 2018?"),
        ("How many came to Kenya in 2018?", "I meant 2019.", "How many came to Kenya in 2019?"),
        ("When did the shelter in St Petersburg open?", "the one in Moscow", "When did the shelter in Moscow open?"),
        ("How many came back to Karamoja?", "Wrong country: I meant Haiti.", "How many came back to Haiti?"),
        ("Who went from Libya to Mali?", "No, from Niger, not Libya.", "Who went from Niger to Mali?"),
        ("Do Nigerian women go to Niger?", "I meant Mali.", "Do Nigerian women go to Mali?"),
        ("¿Cuántas víctimas hubo en el Perú?", "Quise decir Ecuador.", "¿Cuántas víctimas hubo en el Ecuador?"),
        ("Qui finance le centre de Zinder ?", "Non, celui de Moscou.", "Qui finance le centre de Moscou ?"),
        ("Сколько мест в приюте в Москве?", "Нет, в Петербурге.", "Сколько мест в приюте в Петербурге?"),
        ("كم عدد الضحايا في كازاخستان؟", "أقصد قيرغيزستان.", "كم عدد الضحايا في قيرغيزستان؟"),
        ("哈萨克斯坦有多少受害者得到援助？", "我是说吉尔吉斯斯坦。", "吉尔吉斯斯坦有多少受害者得到援助？"),
    ],
)
def test_what_was_meant_replaces_what_was_asked(asked: str, correction: str, meant: str) -> None:
    """The question before is searched with the new name or year, and its answer, which was to another, is left out."""
    turns = corrected_turns(Question(correction, language_of(asked)), [Turn(asked, "An answer. [1]")])

    assert turns == [Turn(meant)]


def test_what_was_told_after_the_old_name_is_left_out() -> None:
    """A later answer was about the old name too, though its question does not name it."""
    turns = [
        Turn("Who leads COMMIT?", "IOM does. [1]"),
        Turn("How many came to Kenya?", "Ten did. [1]"),
        Turn("Why?", "War. [1]"),
    ]

    assert corrected_turns(Question("No, I meant Uganda."), turns) == [
        turns[0],
        Turn("How many came to Uganda?"),
        Turn("Why?"),
    ]


@pytest.mark.parametrize("correction", ["I meant the price.", "No, Kenya.", "No, women.", "In Uganda or in Mali."])
def test_what_is_not_sure_is_left(correction: str) -> None:
    """Where it is not clear what is replaced by what, the turns stay as they are."""
    turns = [Turn("How many went from Libya to Niger?", "Nine. [1]")]

    assert corrected_turns(Question(correction), turns) == turns
