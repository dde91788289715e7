"""Statements are composed from evidence in reading order, with as few citations as possible."""

import pytest

from corpus import Document, cut_into_passages, split_sentences
from qa import Evidence
from qa.writer.extractive import compose

TEXT = "A shelter opened. Norway pays. It has 40 beds.\n\nIt offers:\n- schooling;\n- medical care;\n- legal aid."
OTHER = "The hotline took 28,000 calls."


def evidence(text: str, *wanted: str, support: float = 0.5, id: str = "a-brief") -> list[Evidence]:
    """Take sentences of a text as evidence."""
    document = Document(id=id, title="A brief", text=text)
    [passage] = cut_into_passages(document)
    spans = [span for span in split_sentences(text) if span.of(text) in wanted]
    return [Evidence(document, passage, span, support) for span in spans]


def test_items_follow_the_line_that_opens_their_list_and_share_its_citation() -> None:
    """A list reads as a list: its opening line is added, and one quote covers it all."""
    statements, citations = compose(evidence(TEXT, "legal aid.", "schooling;", "medical care;"))

    assert [statement.text for statement in statements] == ["It offers:", "schooling", "medical care", "legal aid."]
    assert [statement.is_item for statement in statements] == [False, True, True, True]
    assert [citation.quote for citation in citations] == ["It offers:\n- schooling;\n- medical care;\n- legal aid."]


def test_sentences_stand_in_reading_order_and_neighbours_share_a_citation() -> None:
    """Sentences that stand apart are quoted apart, so that a quote never holds words that were not chosen."""
    statements, citations = compose(evidence(TEXT, "It has 40 beds.", "A shelter opened.", "Norway pays."))
    apart, quotes = compose(evidence(TEXT, "It has 40 beds.", "A shelter opened."))

    assert [(statement.text, statement.citations) for statement in statements] == [
        ("A shelter opened.", (1,)),
        ("Norway pays.", (1,)),
        ("It has 40 beds.", (1,)),
    ]
    assert [citation.quote for citation in citations] == ["A shelter opened. Norway pays. It has 40 beds."]
    assert [(statement.text, statement.citations) for statement in apart] == [
        ("A shelter opened.", (1,)),
        ("It has 40 beds.", (2,)),
    ]
    assert [citation.quote for citation in quotes] == ["A shelter opened.", "It has 40 beds."]


@pytest.mark.parametrize(("first", "second"), [(0.9, 0.2), (0.2, 0.9)])
def test_the_document_with_the_best_evidence_comes_first(first: float, second: float) -> None:
    """Documents follow the support of their best sentence, not their names."""
    both = evidence(TEXT, "Norway pays.", support=first) + evidence(OTHER, OTHER, support=second, id="b-brief")
    statements, _ = compose(both)

    assert (statements[0].text == "Norway pays.") == (first > second)


def test_a_sentence_that_begins_with_a_pronoun_is_given_its_subject() -> None:
    """Alone, "It has 40 beds." is given the title; after the sentence that names the shelter it needs none."""
    [alone], _ = compose(evidence(TEXT, "It has 40 beds."))
    after, _ = compose(evidence(TEXT, "A shelter opened.", "Norway pays.", "It has 40 beds."))

    assert (alone.text, alone.subject) == ("It has 40 beds.", "A brief")
    assert alone.marked == "[A brief] It has 40 beds. [1]"
    assert [statement.subject for statement in after] == ["", "", ""]


def test_no_evidence_gives_no_statements() -> None:
    """Out of nothing comes nothing."""
    assert compose([]) == ((), ())
