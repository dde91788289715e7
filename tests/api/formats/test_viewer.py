"""Documents cut into blocks and lines with the quoted words marked."""

from hypothesis import given
from hypothesis import strategies as st

from api.formats.viewer import blocks_of, span_in
from corpus import Span


def test_quote_over_several_lines_is_marked_in_each() -> None:
    """A quote is marked line by line without list marks, and only its first words carry the anchor."""
    text = "It asks for:\n1. shelter;\n2. food.\n\nIt ends."
    blocks = blocks_of(text, Span(3, 29))

    marked = [piece for block in blocks for line in block.lines for piece in line.pieces if piece.is_marked]

    assert [block.tag for block in blocks] == ["p", "ol", "p"]
    assert [line.number for line in blocks[1].lines] == [1, 2]
    assert [piece.text for piece in marked] == ["asks for:", "shelter;", "f"]
    assert [piece.is_first for piece in marked] == [True, False, False]


@given(st.text(st.sampled_from("ab \n#-1."), min_size=1), st.integers(-1, 30), st.integers(-1, 30))
def test_reading_loses_no_words(text: str, start: int, end: int) -> None:
    """Every character but marks and blanks is shown once, in order, and marked just where the quote is."""
    quote = span_in(text, str(start), str(end))
    pieces = [piece for block in blocks_of(text, quote) for line in block.lines for piece in line.pieces]

    assert [x for x in "".join(piece.text for piece in pieces) if x in "ab"] == [x for x in text if x in "ab"]
    marked = "".join(piece.text for piece in pieces if piece.is_marked)
    assert [x for x in marked if x in "ab"] == [x for x in (quote.of(text) if quote else "") if x in "ab"]
