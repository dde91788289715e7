"""A follow-up is rewritten with words of earlier questions, and the rewrite with the best confidence is used."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.query.followups import best_rewrite, rewrites
from qa.query.question import Question


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
    assert rewrites(Question(question), [Question(text) for text in history])[0] == alone


@given(st.text(max_size=200), st.lists(st.text(max_size=200), max_size=4))
def test_any_conversation_has_a_question(question: str, history: list[str]) -> None:
    """Nothing of the question but an opening word is lost, whatever came before."""
    *completed, unchanged = rewrites(Question(question), [Question(text) for text in history])

    assert unchanged == question
    assert all(question.endswith(text.rpartition(" (")[0]) for text in completed)


def test_the_documents_decide_which_rewrite_is_meant() -> None:
    """A confident answer to the unchanged question beats a rewrite, unless the question refers back."""
    new_topic = {"How many calls? (shelter)": 0.95, "How many calls?": 0.92}
    pointing = {"Who funds it? (shelter)": 0.8, "Who funds it?": 0.95}

    assert best_rewrite(new_topic, "How many calls?") == "How many calls?"
    assert best_rewrite(pointing, "Who funds it?") == "Who funds it? (shelter)"
