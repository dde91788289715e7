"""A short answer is the likeliest phrase of the sentences that answer, and is shown where the reader is sure of it."""

import pytest

from embeddings.models.phrases import Phrase
from qa.reader.scoring import shipped_scorers
from qa.reader.short_answers import ReadSentence, short_answer

SCORER = shipped_scorers(with_reader=True).phrase
FUNDS = "Norway funds the shelter."
NORWAY, SHELTER = Phrase(0, 6, -0.1), Phrase(17, 24, -0.1)


def test_the_likeliest_phrase_of_the_sentence_that_tells_is_chosen() -> None:
    """A phrase counts as much as its sentence."""
    found = short_answer([ReadSentence("It has 40 beds.", -3.0, SHELTER), ReadSentence(FUNDS, 5.0, NORWAY)], SCORER)

    assert found
    assert found.words == "Norway"
    assert found.is_sure


def test_without_phrases_there_is_no_short_answer() -> None:
    """Nor is there one without a passage reader, which alone finds phrases."""
    assert short_answer([], SCORER) is None


@pytest.mark.parametrize(
    "sentences",
    [
        pytest.param([ReadSentence(FUNDS, 5.0, Phrase(0, 6, -4.0))], id="no phrase is likely"),
        pytest.param([ReadSentence(FUNDS, -9.0, NORWAY)], id="its sentence hardly tells"),
        pytest.param([ReadSentence(FUNDS, 1.0, NORWAY), ReadSentence(FUNDS, 1.0, SHELTER)], id="another is as likely"),
    ],
)
def test_unsure_words_are_not_shown(sentences: list[ReadSentence]) -> None:
    """A wrong number that stands nearby misleads more than a sentence that the reader can judge."""
    found = short_answer(sentences, SCORER)

    assert found
    assert not found.is_sure


def test_the_same_words_of_two_sentences_do_not_compete() -> None:
    """Two documents that say the same make a short answer no less sure."""
    once, twice = (short_answer([ReadSentence(FUNDS, 5.0, NORWAY)] * number, SCORER) for number in (1, 2))

    assert once == twice
