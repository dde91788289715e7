"""What "the second one" means stands in the list of an answer."""

from time import process_time

import pytest

from corpus.language.detection import language_of
from qa.query.followups import Turn
from qa.query.listed_items import turns_with_item
from qa.query.question import Question

NEEDED = Turn("What does it need?", "It needs: [1]\n- an act [1]\n- a means [1]\n- a purpose [2]")
CAME = Turn("Who came?", "[A course] Women from Chad, South Sudan and Togo came. [1]")
FEW = Turn("When?", "It began in May, and it ended in June. [1]")


@pytest.mark.parametrize(
    ("question", "item"),
    [
        ("explain the first one", "an act"),
        ("Explain the second one.", "a means"),
        ("why did the 3rd one fail?", "a purpose"),
        ("which of the last of them is told?", "a purpose"),
        ("and the second?", "a means"),
        ("Et la deuxième ?", "a means"),
        ("explica el tercero", "a purpose"),
        ("А первый?", "an act"),
        ("Расскажи о последнем", "a purpose"),
        ("اشرح الثاني", "a means"),
        ("وماذا عن الثالثة؟", "a purpose"),
        ("第二个呢？", "a means"),
        ("最后一个是什么？", "a purpose"),
    ],
)
def test_an_ordinal_means_an_item_of_the_last_list(question: str, item: str) -> None:
    """The turns are read and searched as if the answer had told of it alone, whatever was said after the list."""
    turns = [CAME, NEEDED, FEW]

    assert turns_with_item(Question(question, language_of(question)), turns) == [
        CAME,
        Turn("What does it need?", item),
        FEW,
    ]


@pytest.mark.parametrize(
    "question",
    [
        "How long was the second phase?",
        "and the fifth one?",
        "Who was the first one to leave?",
        "Was it the first one of its kind?",
        "why?",
        "第二次会议呢？",
        "Et l'année dernière ?",
        "Qui est venu en premier ?",
        "¿Quién llegó primero?",
        "Это было во вторник?",
        "Почему только треть?",
        "كم استمرت المرحلة الثانية؟",
        "وماذا عن السنوات الأخيرة؟",
        "ماذا حدث في كانون الثاني؟",
    ],
)
def test_other_ordinals_leave_the_turns(question: str) -> None:
    """An ordinal with another word, or higher than the list is long, may mean something else."""
    turns = [NEEDED, FEW]

    assert turns_with_item(Question(question, language_of(question)), turns) == turns


def test_a_sentence_lists_what_it_joins() -> None:
    """The things are parted by commas and by the last "and"."""
    assert turns_with_item(Question("How long did the second one stay?"), [CAME, FEW]) == [
        Turn("Who came?", "South Sudan"),
        FEW,
    ]


def test_what_opens_a_sentence_is_none_of_its_things() -> None:
    """A time or a place before the first comma belongs to no list, and alone makes none."""
    came = Turn("Who came?", "In 2015, Norway, Chad and Togo came. [1]")
    left = Turn("Who left?", "In May 2019, 40 men and women left. [1]")

    assert turns_with_item(Question("And the first?"), [came, left]) == [Turn("Who came?", "Norway"), left]


@pytest.mark.parametrize("answer", ["a " * 4_000, "a, " * 2_600, "and " * 2_000])
def test_the_time_grows_with_the_text_alone(answer: str) -> None:
    """Answers come back from clients, and may hold anything."""
    begin = process_time()
    turns_with_item(Question("And the first?"), [Turn("Who came?", answer)])

    assert process_time() - begin < 0.2
