"""Statements are composed from evidence, the best first and the others in reading order, with few citations."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Document, cut_into_passages, split_sentences
from qa import Evidence
from qa.answers.answer import Citation, Statement
from qa.query.question import Question
from qa.reader.numbers_to_call import matches_requested_country
from qa.writer.extractive import Composition, compose

TEXT = "A shelter opened. Norway pays. It has 40 beds.\n\nIt offers:\n- schooling;\n- medical care;\n- legal aid."
OTHER = "The hotline took 28,000 calls."


def evidence(text: str, *wanted: str, support: float = 0.5, id: str = "a-brief") -> list[Evidence]:
    """Take sentences of a text as evidence."""
    document = Document(id=id, title="A brief", text=text)
    [passage] = cut_into_passages(document)
    spans = [span for span in split_sentences(text) if span.of(text) in wanted]
    return [Evidence(document, passage, span, support) for span in spans]


def composed(evidence: Sequence[Evidence]) -> tuple[tuple[Statement, ...], tuple[Citation, ...]]:
    """Compose statements of evidence that all answers."""
    composition = compose(evidence)
    return composition.statements, composition.citations


def test_items_follow_the_line_that_opens_their_list_and_share_its_citation() -> None:
    """A list reads as a list: its opening line is added, and one quote covers it all."""
    statements, citations = composed(evidence(TEXT, "legal aid.", "schooling;", "medical care;"))

    assert [statement.text for statement in statements] == ["It offers:", "schooling", "medical care", "legal aid."]
    assert [statement.is_item for statement in statements] == [False, True, True, True]
    assert [citation.quote for citation in citations] == ["It offers:\n- schooling;\n- medical care;\n- legal aid."]


def test_the_rest_of_a_list_stands_folded_behind_the_items_that_answer() -> None:
    """Items that don't answer are not stated, nor said again under `more`, and the quote covers the list."""
    composition = compose(
        evidence(TEXT, "medical care;", support=0.9), evidence(TEXT, "legal aid.", "A shelter opened.")
    )
    lead, item = composition.statements

    assert (lead.text, item.text, item.rest) == ("It offers:", "medical care", ("schooling", "legal aid."))
    assert item.marked == "- medical care [1]\n- schooling [1]\n- legal aid. [1]"
    assert composition.citations[0].quote == "It offers:\n- schooling;\n- medical care;\n- legal aid."
    assert [statement.text for statement in composition.more] == ["A shelter opened."]


@pytest.mark.parametrize("chosen", [["It is free."], ["It is free.", "Beds for 40."]])
def test_an_item_is_stated_with_all_its_sentences(chosen: list[str]) -> None:
    """One sentence alone would be taken for all that the item says, and two of them are one item."""
    text = "It offers:\n- Schooling. Norway pays.\n- Beds for 40. It is free.\n- Legal aid."
    composition = compose(evidence(text, *chosen))
    lead, item = composition.statements

    assert (lead.text, item.text) == ("It offers:", "Beds for 40. It is free.")
    assert item.rest == ("Schooling. Norway pays.", "Legal aid.")
    assert composition.citations[0].quote == text


def test_an_item_with_another_countrys_number_is_not_stated_as_a_whole() -> None:
    """Who asks for a number in Ghana is not told to call Togo."""
    text = "Help in Ghana:\n- Ghana has a free line. In Togo call 8282."
    may_state = matches_requested_country(Question("Which number can I call in Ghana?"))
    composition = compose(evidence(text, "Ghana has a free line."), may_state=may_state)

    assert [statement.text for statement in composition.statements] == ["Help in Ghana:", "Ghana has a free line."]


def test_a_long_numbered_paragraph_is_no_item() -> None:
    """Reports number their paragraphs; one of many sentences is quoted by the sentence that answers."""
    text = "12. Norway pays. " + "It was asked again and again whether more could be done. " * 9
    composition = compose(evidence(text.strip(), "Norway pays."))

    assert [statement.text for statement in composition.statements] == ["Norway pays."]


@pytest.mark.parametrize(
    "chosen", [("It offers:",), ("schooling;", "legal aid."), ("It offers:", "schooling;", "legal aid.")]
)
def test_a_list_that_is_asked_for_is_stated_as_a_whole(chosen: tuple[str, ...]) -> None:
    """Where the line that opens it answers by itself, or most items do, none is folded."""
    statements, _ = composed(evidence(TEXT, *chosen))

    assert [statement.text for statement in statements] == ["It offers:", "schooling", "medical care", "legal aid."]
    assert not any(statement.rest for statement in statements)


@pytest.mark.parametrize("chosen", [("Numbers to call:",), ("Tunisia: 80 10 15 66;",), ("Ask for IOM.",)])
def test_an_item_that_may_not_be_stated_does_not_come_back_with_its_list(chosen: tuple[str, ...]) -> None:
    """The number of another country, which the reader has dropped, would mislead somebody in need."""
    text = "Ask for IOM.\n\nNumbers to call:\n- Libya: 0912 345;\n- Tunisia: 80 10 15 66;\n- Niger: 0800 55."
    may_state = matches_requested_country(Question("What number should I call in Tunisia to ask IOM for return?"))
    composition = compose(evidence(text, *chosen), evidence(text, "Numbers to call:"), may_state=may_state)
    stated = [statement.marked for statement in (*composition.statements, *composition.more)]
    shown = " ".join([*stated, *(citation.quote for citation in composition.citations)])

    assert "Tunisia: 80 10 15 66" in shown
    assert "Libya" not in shown
    assert "Niger" not in shown


@given(st.sets(st.sampled_from(["One.", "Two.", "It has:", "beds;", "meals;", "books;", "aid.", "Three."]), min_size=1))
def test_every_item_of_a_list_is_stated_or_folded_once(chosen: set[str]) -> None:
    """Whatever is chosen, a list of which anything is shown is there as a whole, and every text is in its quote."""
    text = "One. Two.\n\nIt has:\n- beds;\n- meals;\n- books;\n- aid.\n\nThree."
    statements, citations = composed(evidence(text, *chosen))
    stated = [item for statement in statements for item in (statement.text, *statement.rest)]
    items = [item for item in stated if item in {"beds", "meals", "books", "aid."}]

    assert sorted(items) == (["aid.", "beds", "books", "meals"] if "It has:" in stated else [])
    assert all(
        item in citations[statement.citations[0] - 1].quote
        for statement in statements
        for item in (statement.text, *statement.rest)
    )


def test_sentences_stand_in_reading_order_and_neighbours_share_a_citation() -> None:
    """Sentences that stand apart are quoted apart, so that a quote never holds words that were not chosen."""
    statements, citations = composed(evidence(TEXT, "It has 40 beds.", "A shelter opened.", "Norway pays."))
    apart, quotes = composed(evidence(TEXT, "It has 40 beds.", "A shelter opened."))

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
    statements, _ = composed(both)

    assert (statements[0].text == "Norway pays.") == (first > second)


def told(text: str, support: Mapping[str, float]) -> list[str]:
    """Return the statements that are composed from sentences of a text with their support, subjects in brackets."""
    chosen = [item for sentence, value in support.items() for item in evidence(text, sentence, support=value)]
    statements, _ = composed(chosen)
    return [f"{statement.subject and f'[{statement.subject}] '}{statement.text}" for statement in statements]


def test_the_best_sentence_opens_the_answer() -> None:
    """Sentences around it follow in reading order, and all share the citation of their common quote."""
    first, second, third = "A shelter opened.", "Norway pays.", "The town gave the house."
    text = f"{first} {second} {third}"
    statements, citations = composed([*evidence(text, first, third, support=0.3), *evidence(text, second, support=0.9)])

    assert [statement.text for statement in statements] == [second, first, third]
    assert {statement.citations for statement in statements} == {(1,)}
    assert [citation.quote for citation in citations] == [text]


def test_what_leans_on_the_best_sentence_stays_behind_it() -> None:
    """A sentence about "it" follows the one that says what; the best one is given its subject where it needs one."""
    before = {"A shelter opened.": 0.2, "Norway pays.": 0.9, "It has 40 beds.": 0.3}
    itself = {"A shelter opened.": 0.2, "Norway pays.": 0.3, "It has 40 beds.": 0.9}

    assert told(TEXT, before) == ["Norway pays.", "It has 40 beds.", "A shelter opened."]
    assert told(TEXT, itself) == ["[A brief] It has 40 beds.", "A shelter opened.", "Norway pays."]


def test_a_list_that_answers_opens_the_answer_as_a_whole() -> None:
    """Its best item does not come before the line that opens the list."""
    statements = told(TEXT, {"A shelter opened.": 0.2, "schooling;": 0.3, "legal aid.": 0.9, "medical care;": 0.3})

    assert statements == ["[A brief] It offers:", "schooling", "medical care", "legal aid.", "A shelter opened."]


def test_an_item_stays_behind_the_line_that_opens_its_list_where_others_between_may_not_be_stated() -> None:
    """As a number to call stays behind what it is, though other countries' numbers stand between them."""
    text = "The slogan is short. It advertises:\n\n- Guatemala: 1552\n- Nicaragua: 133"
    chosen = [*evidence(text, "The slogan is short.", support=0.3), *evidence(text, "Nicaragua: 133", support=0.9)]
    statements = compose(chosen, may_state=lambda _, sentence: "1552" not in sentence).statements

    assert [statement.text for statement in statements][1:] == ["Nicaragua: 133", "The slogan is short."]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=7), st.randoms())
def test_every_sentence_is_stated_once_and_citations_are_numbered_as_they_come(
    supports: list[float], random: Random
) -> None:
    """However the support lies, nothing is lost or doubled, and the numbers grow from 1 in the order of the answer."""
    text = "One. Two. Three. Four. Five. Six. Seven."
    spans = random.sample(split_sentences(text), len(supports))
    chosen = [evidence(text, span.of(text), support=value)[0] for span, value in zip(spans, supports, strict=True)]
    statements, citations = composed(chosen)
    numbers = [number for statement in statements for number in statement.citations]

    assert sorted(statement.text for statement in statements) == sorted(item.text for item in chosen)
    assert list(dict.fromkeys(numbers)) == [citation.number for citation in citations]
    assert statements[0].support == round(max(supports), 4)


def test_a_sentence_that_begins_with_a_pronoun_is_given_its_subject() -> None:
    """Alone, "It has 40 beds." is given the title; after the sentence that names the shelter it needs none."""
    [alone], _ = composed(evidence(TEXT, "It has 40 beds."))
    after, _ = composed(evidence(TEXT, "A shelter opened.", "Norway pays.", "It has 40 beds."))

    assert (alone.text, alone.subject) == ("It has 40 beds.", "A brief")
    assert alone.marked == "[A brief] It has 40 beds. [1]"
    assert [statement.subject for statement in after] == ["", "", ""]


def test_no_evidence_gives_no_statements() -> None:
    """Out of nothing comes nothing."""
    assert compose([]) == Composition()


def test_what_only_adds_stands_apart_and_is_never_said_twice() -> None:
    """Sentences that only add are composed by themselves, with citations of their own after the others."""
    chosen, added = evidence(TEXT, "Norway pays."), evidence(TEXT, "A shelter opened.", "Norway pays.", "legal aid.")
    composition = compose(chosen, added)

    assert [statement.text for statement in composition.statements] == ["Norway pays."]
    assert [statement.text for statement in composition.more] == ["A shelter opened.", "It offers:", "legal aid."]
    assert [citation.number for citation in composition.citations] == [1, 2, 3]
    assert composition.more[0].citations == (2,)


def test_an_overview_is_in_the_order_of_time() -> None:
    """Documents follow the years that their sentences name, whatever their support; undated ones come last."""
    told = [
        *evidence("The hall was sold.", "The hall was sold.", support=0.9, id="undated"),
        *evidence("It closed in 2019.", "It closed in 2019.", support=0.8, id="later"),
        *evidence("It opened in 2012.", "It opened in 2012.", support=0.3, id="earlier"),
    ]
    composition = compose(told, is_overview=True)

    assert [statement.text for statement in composition.statements] == [
        "It opened in 2012.",
        "It closed in 2019.",
        "The hall was sold.",
    ]
    assert compose(told).statements[0].text == "The hall was sold."


def test_a_list_is_whole_where_passages_cut_it() -> None:
    """Items found in the next passage come with the line that opens their list, and all share a quote."""
    cut = TEXT.index("- medical care;")
    [item] = evidence(TEXT, "medical care;")
    passage = replace(item.passage, id="a-brief#2", text=TEXT[cut:], start=cut)
    statements, citations = composed([replace(item, passage=passage)])

    assert [statement.text for statement in statements] == ["It offers:", "medical care"]
    assert statements[1].rest == ("schooling", "legal aid.")
    assert [citation.quote for citation in citations] == ["It offers:\n- schooling;\n- medical care;\n- legal aid."]
