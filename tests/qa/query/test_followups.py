"""What the turns before a follow-up add to its search and to what is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings import SentenceEncoder
from qa import Settings
from qa.query.followups import (
    ANSWER_CHARACTERS,
    QUESTION_CHARACTERS,
    TURNS,
    FollowUpClassifier,
    Turn,
    asks_what_is_new,
    behind_questions,
    turns_used,
    with_turns,
)
from qa.query.question import Question

TURN = st.builds(Turn, st.text(max_size=200), st.text(max_size=400))


@given(st.text(max_size=200), st.lists(TURN, min_size=1, max_size=4))
def test_no_word_of_the_question_is_lost(question: str, turns: list[Turn]) -> None:
    """The question is read first and whole, whatever came before, and searched behind the first and the last one."""
    behind = behind_questions(question, turns)

    assert with_turns(question, turns).startswith(question)
    assert behind.startswith(turns[0].question)
    assert behind.endswith(f"{turns[-1].question} {question}")


@given(st.lists(TURN, max_size=6))
def test_only_the_last_turns_are_read(turns: list[Turn]) -> None:
    """Older turns add nothing, and of a long answer only the beginning counts."""
    assert with_turns("why?", turns) == with_turns("why?", turns[-TURNS:])
    assert all(len(turn.answer_words) <= ANSWER_CHARACTERS for turn in turns)


def test_turns_are_used_in_bounds() -> None:
    """However long a conversation and its questions are, its first and last turns are used, and their first words."""
    turns = [Turn(f"{number} " + "a" * 900, "An answer.") for number in range(20)]
    used = turns_used(turns)

    assert [turn.question.split()[0] for turn in used] == ["0", "18", "19"]
    assert all(len(turn.question) == QUESTION_CHARACTERS for turn in used)
    assert [turn.question for turn in turns_used([Turn("Who paid?")])] == ["Who paid?"]


@pytest.mark.parametrize(
    ("question", "is_new"),
    [
        ("Who is Gwen?", True),
        ("what is the Bali Process?", True),
        ("By the way, what is the Bali Process?", True),
        ("Ok and who is Gwen?", True),
        ("And what is the hotline?", False),
        ("What was Norway's share?", False),
        ("Who was the ILO partner there?", False),
        ("What is the hotline?", False),
    ],
)
def test_only_a_bare_name_is_asked_about_by_itself(question: str, is_new: bool) -> None:
    """What else is asked of a name may be about what was spoken of."""
    assert (
        asks_what_is_new(Question(question), [Turn("Who paid for the shelter in Baku?", "Azerbaijan did. [1]")])
        is is_new
    )


def test_the_latest_turn_stands_nearest() -> None:
    """Turns are read from the latest to the oldest, so that what is too long is cut off from the oldest."""
    turns = [Turn("Where is it?", "In Accra. [1]"), Turn("Who pays?", "[A shelter] Norway does. [2]")]

    assert with_turns("why?", turns) == "why? << Who pays? Norway does. << Where is it? In Accra."


@pytest.mark.model
def test_a_new_topic_inherits_nothing(shipped_encoder: SentenceEncoder) -> None:
    """A question that names its subject stands alone; one that does not leans on what was said before."""
    classifier = FollowUpClassifier(shipped_encoder, Settings().cache)

    def leans(question: str) -> bool:
        return classifier.predict(shipped_encoder.encode_query(question))

    assert not leans("Who is the Director General of IOM?")
    assert not any(map(leans, ("IOM在巴拿马培训了多少检察官？", "Ai tài trợ trại ở Kenya năm 2020?")))
    assert all(map(leans, ("who was before her?", "and in 2024?", "why?", "y cuántos niños?")))
