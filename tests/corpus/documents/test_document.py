"""Spans, documents and passages that make no sense can't be constructed."""

import pytest

from corpus import Document, Passage, Span


@pytest.mark.parametrize(
    ("construct", "message"),
    [
        pytest.param(lambda: Span(3, 3), "not from 3 to 3", id="empty span"),
        pytest.param(lambda: Span(-1, 3), "not from -1 to 3", id="span before the text"),
        pytest.param(lambda: Document(id="Not An Id", title="T", text="x"), "'Not An Id' is not", id="document id"),
        pytest.param(lambda: Document(id="a", title=" ", text="x"), "needs a title and a text", id="no title"),
        pytest.param(lambda: Document(id="a", title="T", text="\n"), "needs a title and a text", id="no text"),
        pytest.param(lambda: Passage("a#1", "a", "T", "", "four", 0, 5), "4 characters", id="passage offsets"),
    ],
)
def test_impossible_values_are_refused(construct: object, message: str) -> None:
    """The constructor raises an error that names what is wrong."""
    with pytest.raises(ValueError, match=message):
        construct()  # type: ignore[operator]
