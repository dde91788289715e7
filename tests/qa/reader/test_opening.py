"""What stands open, and what an overview opens of several documents."""

from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from corpus import Document, Passage, Span
from qa.answers.evidence import Evidence
from qa.reader.opening import OVERVIEW_SENTENCES, OVERVIEW_WORDS, fitting, opened_in_overview, several_tell

NUMBERS = count()
SUPPORT = st.floats(0, 1)


def evidence(document: str, support: float, words: int = 5) -> Evidence:
    """Return a sentence of a document of its own text."""
    text = " ".join([f"sentence{next(NUMBERS)}", *["word"] * (words - 1)])
    whole = Document(document, "A title", text)
    return Evidence(
        whole, Passage(f"{document}#1", document, whole.title, "", text, 0, len(text)), Span(0, len(text)), support
    )


@given(st.lists(st.tuples(st.sampled_from("abc"), SUPPORT, st.integers(1, 90)), min_size=1))
def test_an_overview_opens_a_few_sentences_of_each_document(told: list[tuple[str, float, int]]) -> None:
    """However many tell, no document has more than its share, and the words of all are limited."""
    chosen = [evidence(*one) for one in told]
    opened = opened_in_overview(chosen, None)

    assert set(opened) <= set(chosen)
    assert all(sum(item.document.id == name for item in opened) <= OVERVIEW_SENTENCES for name in "abc")
    assert sum(len(item.text.split()) for item in opened) <= OVERVIEW_WORDS


def test_an_overview_takes_a_second_sentence_but_no_third() -> None:
    """A document that tells much does not fill the overview."""
    first, second, third, other = (evidence(*one) for one in (("a", 0.9), ("a", 0.8), ("a", 0.7), ("b", 0.5)))

    assert set(opened_in_overview([first, second, third, other], None)) == {first, second, other}


def test_an_overview_needs_two_documents_that_tell() -> None:
    """A second document whose sentence hardly tells makes none."""
    assert several_tell([evidence("a", 0.9), evidence("b", 0.4)])
    assert not several_tell([evidence("a", 0.9), evidence("a", 0.8), evidence("b", 0.01)])


def test_a_long_sentence_is_passed_over_but_the_first_one_stays() -> None:
    """The first is the best one; later ones have to fit."""
    first, long, short = (evidence("a", 0.9, words) for words in (30, 20, 5))

    assert fitting([first, long, short], 35) == (first, short)
    assert fitting([first, long, short], 3) == (first,)
