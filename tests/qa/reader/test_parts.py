"""Whether a sentence answers a sub-question is told by its words."""

import pytest

from qa.query.question import Question
from qa.reader.parts import tells_part


@pytest.mark.parametrize(
    ("question", "sentence", "is_told"),
    [
        ("When was the shelter funded, and by whom?", "The shelter was funded by Norway in 2015.", True),
        ("When was the shelter opened, and by whom?", "In 2015 a shelter opened by the Ministry took in girls.", True),
        ("When was the shelter built, and by whom?", "The shelter was built in Accra by the Red Cross.", True),
        ("When was the shelter opened, and by whom?", "The shelter was opened by March 2015.", False),
        ("When was the shelter opened, and by whom?", "The shelter was opened by the end of the year.", False),
        ("When was the shelter opened, and by whom?", "The shelter was opened in 2015 and is run by Caritas.", False),
        ("When was the shelter opened, and by whom?", "The shelter was opened in 2015 and funded by Norway.", False),
        ("When was the shelter in Accra built, and by whom?", "The shelter was visited in Accra by Kofi Annan.", False),
    ],
)
def test_by_whom_is_told_in_the_passive(question: str, sentence: str, is_told: bool) -> None:
    """A sentence answers it that tells who did what is asked about; a time or another deed is no answer."""
    assert tells_part([sentence], Question("by whom?"), Question(question)) is is_told
