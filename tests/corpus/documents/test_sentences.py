"""Texts are split into sentences with their offsets."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Span, is_list_item, lead_span, split_sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Dr. Ali of the U.N. spoke. He left.", ["Dr. Ali of the U.N. spoke.", "He left."], id="titles"),
        pytest.param("It rose by 3.5 points. It fell.", ["It rose by 3.5 points.", "It fell."], id="decimal"),
        pytest.param("The GLO.ACT project ended.", ["The GLO.ACT project ended."], id="full stop in a name"),
        pytest.param('"It works." She left.', ['"It works."', "She left."], id="quotes"),
        pytest.param("It asks for:\n- shelter;\n2. food.", ["It asks for:", "shelter;", "food."], id="list"),
        pytest.param("## Who pays\n\nNorway pays.", ["Norway pays."], id="heading is none"),
        pytest.param("会议结束了。他们同意了。", ["会议结束了。", "他们同意了。"], id="Chinese"),
        pytest.param("هل وافقوا؟ نعم.", ["هل وافقوا؟", "نعم."], id="Arabic"),
        pytest.param("", [], id="empty"),
    ],
)
def test_text_is_split_into_sentences(text: str, expected: list[str]) -> None:
    """Abbreviations, decimals, names, quotes, lists and other scripts are split where a reader would."""
    assert [span.of(text) for span in split_sentences(text)] == expected


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
def test_spans_are_in_order_and_hold_stripped_text(text: str) -> None:
    """Whatever the text, sentences do not overlap, are not empty and have no outer white space."""
    spans = split_sentences(text)

    assert spans == sorted(spans)
    assert all(first.end <= second.start for first, second in itertools.pairwise(spans))
    assert all(span.of(text) and span.of(text) == span.of(text).strip() for span in spans)


@given(st.text(alphabet="Ab. \n", max_size=80), st.text(alphabet="Ab. \n", max_size=80))
def test_a_part_is_split_with_offsets_in_the_full_text(before: str, text: str) -> None:
    """The sentences of a part of a text have offsets in the full text."""
    full_text = before + text
    spans = split_sentences(full_text, len(before), len(full_text))

    assert [span.of(full_text) for span in spans] == [span.of(text) for span in split_sentences(text)]


def test_the_line_that_opens_a_list_is_found_from_its_items() -> None:
    """The lead of a list item is the sentence that introduces the list; other sentences have none."""
    text = "They met. They asked for two things:\n- shelter;\n- food."
    spans = split_sentences(text)
    leads = [lead and lead.of(text) for lead in (lead_span(text, span) for span in spans)]

    assert [is_list_item(text, span) for span in spans] == [False, False, True, True]
    assert leads == [None, None, "They asked for two things:", "They asked for two things:"]


@pytest.mark.parametrize(
    ("text", "item", "lead"),
    [
        pytest.param("Help:\n- Medical Help: yes\n- No.", "No.", Span(0, 5), id="words in an item"),
        pytest.param("Help:\n\nHelp:\n- yes", "yes", Span(7, 12), id="words in another line"),
        pytest.param("Text.\n\n## Services:\n- yes", "yes", None, id="heading"),
        pytest.param("## Services:\n- yes", "yes", None, id="heading at the top"),
        pytest.param("\n- yes", "yes", None, id="nothing above"),
    ],
)
def test_the_lead_of_an_item_is_the_line_above_its_list(text: str, item: str, lead: Span | None) -> None:
    """Wherever else its words stand; a heading is no sentence, so it is none."""
    begin = text.index(item)

    assert lead_span(text, Span(begin, begin + len(item))) == lead
