"""HTML without furniture becomes lines."""

import pytest

from corpus import UnreadableDocument
from corpus.loaders.office.markup import blocks_of, parse_markup


@pytest.mark.parametrize(
    ("source", "blocks"),
    [
        ("<p>One <b>two</b>\n three.<p>Four.", ["One two three.", "Four."]),
        ("<div>One<div>Two</div>Three</div>", ["One", "Two", "Three"]),
        ("<h2><span>Needs</span></h2><hr/>", ["## Needs"]),
        ('<ol start="3"><li>a<ul><li>b</ul><li><p>c</p></ol>', ["3. a", "- b", "4. c"]),
        ('<ol type="a"><li><p>a</ol>', ["- a. a"]),
        ("<title/><script/><p>Text.</p><style>p {}</style><!-- no -->", ["Text."]),
        ('<p hidden>No</p><p style="display: none">No</p><i aria-hidden="true">No</i>Yes', ["Yes"]),
        ("<table><tr><td>One.<p>Two.</table>", ["One.", "Two."]),
        ("<table><tr><td><table><tr><td>a<td>b</table><td>c</table>", ["a | b", "c"]),
        (
            "<table><tr><th>Land<th>Men<tr><td rowspan=2>Ghana<td>3<tr><td>4<tr><td colspan=2>All</table>",
            ["Land: Ghana | Men: 3", "Land: Ghana | Men: 4", "All"],
        ),
        ("", []),
    ],
)
def test_each_block_is_a_line(source: str, blocks: list[str]) -> None:
    """Headings, paragraphs, items and rows; what is not shown is none."""
    assert blocks_of(parse_markup(source)) == blocks


def test_what_is_nested_too_deeply_is_refused() -> None:
    """The parser would leave it out in silence."""
    with pytest.raises(UnreadableDocument, match="nested too deeply"):
        parse_markup("<div>" * 10_000 + "Text.")
