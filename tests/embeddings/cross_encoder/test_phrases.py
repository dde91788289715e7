"""The likeliest phrase of a sentence is a few of its words, without what only surrounds them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from embeddings.cross_encoder.phrases import MOST_WORDS, likeliest_phrase, word_spans

SENTENCES = st.lists(st.text(alphabet="ab(),.”’s ", min_size=1, max_size=5), min_size=1, max_size=30).map(" ".join)
ODDS = st.floats(-20, 0, width=32)


@given(st.data(), SENTENCES.filter(str.split))
def test_a_phrase_is_a_few_whole_words(data: st.DataObject, sentence: str) -> None:
    """It begins and ends with no blank, closes its brackets, and is no longer than a short answer may be."""
    words = data.draw(arrays(np.float32, (len(sentence.split()), 2), elements=ODDS))
    phrase = likeliest_phrase(sentence, list(words))

    if phrase:
        text = phrase.of(sentence)
        assert text == text.strip() != ""
        assert len(text.split()) <= MOST_WORDS
        assert phrase.log_probability <= 0


@pytest.mark.parametrize(
    ("sentence", "first", "last", "expected"),
    [
        ("It was paid by Norway’s ministry.", 4, 4, "Norway"),
        ("He called it “a scandal”, she said.", 3, 4, "a scandal"),
        ("It cost $1.5 million.", 2, 3, "$1.5 million"),
        ("It was paid by Norway ’s ministry.", 4, 5, "Norway"),
        ("The protocol (UNTOC) binds 5 states.", 1, 2, "protocol (UNTOC)"),
        ("The protocol (the first of three) binds 5 states.", 1, 2, "protocol"),
    ],
)
def test_what_only_surrounds_the_words_is_left_out(sentence: str, first: int, last: int, expected: str) -> None:
    """Punctuation, quotation marks and possessive endings are no part of them, nor is an open bracket."""
    words = np.full((len(word_spans(sentence)), 2), -9.0, np.float32)
    words[first, 0] = words[last, 1] = -0.1
    words[first, 1] = -5.0
    phrase = likeliest_phrase(sentence, list(words))

    assert phrase
    assert phrase.of(sentence) == expected


def test_words_that_were_cut_off_are_not_chosen() -> None:
    """Log-probabilities are given for the words that fitted into the model."""
    phrase = likeliest_phrase("Norway pays for it.", [np.float32([-3, -3]), np.float32([-1, -1])])

    assert phrase
    assert phrase.of("Norway pays for it.") == "pays"
