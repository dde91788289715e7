"""Documents are cut into passages that fit."""

import itertools
import re

from hypothesis import given
from hypothesis import strategies as st

from corpus import Document, cut_into_passages, split_sentences
from corpus.language.tokens import count_tokens

WORDS = st.text(alphabet=st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=60)
MARKED = st.builds(str.__add__, st.sampled_from(["# ", "### ", "- ", "12. ", "#", "-  "]), WORDS)
TEXTS = st.lists(WORDS | MARKED, min_size=1, max_size=12).map("\n\n".join).filter(str.strip)


def document(text: str) -> Document:
    """Make a document of a text."""
    return Document(id="a-document", title="A title", text=text)


def test_passages_begin_at_headings_and_carry_their_path() -> None:
    """A section that is long enough is a passage, which holds the headings above it."""
    text = f"{'Lead in. ' * 20}\n\n## Aid\n\n### Who pays\n\n{'Norway pays. ' * 20}"
    passages = cut_into_passages(document(text), max_tokens=120, min_tokens=20)

    assert [passage.heading for passage in passages] == ["", "Aid > Who pays"]
    assert [passage.id for passage in passages] == ["a-document#1", "a-document#2"]
    assert passages[1].text_in_context.startswith("A title. Aid > Who pays. Norway pays.")


@given(TEXTS, st.integers(5, 60))
def test_passages_fit_and_have_the_text_of_their_offsets(text: str, max_tokens: int) -> None:
    """Whatever the text, passages are in order and verbatim, each holds a sentence, and only headings are left out.

    Outside of headings and passages there is only white space.
    """
    passages = cut_into_passages(document(text), max_tokens=max_tokens)
    covered = {place for passage in passages for place in range(passage.start, passage.end)}
    headings = {place for line in re.finditer(r"^#{1,6} +\S.*$", text, re.MULTILINE) for place in range(*line.span())}

    assert all(text[passage.start : passage.end] == passage.text for passage in passages)
    assert all(first.end <= second.start for first, second in itertools.pairwise(passages))
    assert all(split_sentences(text, passage.start, passage.end) for passage in passages)
    assert all(text[place].isspace() for place in set(range(len(text))) - covered - headings)


def test_a_long_paragraph_is_cut_between_sentences_and_a_long_sentence_between_words() -> None:
    """No passage has more tokens than allowed, however the text is built."""
    text = "One short sentence. " * 30 + "word " * 200 + "x" * 900
    passages = cut_into_passages(document(text), max_tokens=40)

    assert all(count_tokens(passage.text) <= 40 for passage in passages)
    assert passages[0].text.endswith("sentence.")
