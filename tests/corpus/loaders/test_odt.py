"""Documents of OpenDocument are read as they stand with all changes accepted."""

from pathlib import Path

from corpus.loaders.office.odt import read_odt
from doubles.packages import write_package

NAMES = 'xmlns:office="o" xmlns:text="t" xmlns:table="b" xmlns:style="s" xmlns:draw="d" xmlns:dc="c" xmlns:meta="m"'
LISTS = """<text:list-style style:name="Numbers">
<text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>
<text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")"/></text:list-style>
<text:list-style style:name="Bullets"><text:list-level-style-bullet text:level="1"/></text:list-style>
<style:style style:name="P1" style:parent-style-name="Title"/>"""


def document(folder: Path, body: str, footer: str = "") -> Path:
    """Write a document with a body."""
    return write_package(
        folder / "a.odt",
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"<c {NAMES}><office:automatic-styles>{LISTS}</office:automatic-styles>"
            f"<office:body><office:text>{body}</office:text></office:body></c>",
            "styles.xml": f"<s {NAMES}><style:footer>{footer}</style:footer></s>",
            "meta.xml": f"<m {NAMES}><dc:title>Ours</dc:title><dc:date>2024-05-03T10:00:00</dc:date></m>",
        },
    )


def p(text: str) -> str:
    """Return a paragraph."""
    return f"<text:p>{text}</text:p>"


def test_headings_lists_and_tables_are_lines(tmp_path: Path) -> None:
    """Nested lists count for themselves, and one that goes on counts on; merged cells stand in each row."""
    inner = f"<text:list><text:list-item>{p('in person')}</text:list-item></text:list>"
    body = f"""<text:p text:style-name="P1">A plan</text:p><text:h text:outline-level="1">Needs</text:h>
    <text:list text:style-name="Numbers"><text:list-item>{p("apply")}{inner}</text:list-item></text:list>{p("Then:")}
    <text:list text:style-name="Numbers" text:continue-numbering="true"><text:list-item>{p("wait")}</text:list-item>
    </text:list><text:list text:style-name="Bullets"><text:list-item>{p("at home")}</text:list-item></text:list>
    <table:table><table:table-row>{
        "".join(f"<table:table-cell>{p(cell)}</table:table-cell>" for cell in ("Country", "Year", "Men"))
    }</table:table-row><table:table-row><table:table-cell table:number-rows-spanned="2">
    {p("Ghana")}</table:table-cell><table:table-cell>{p("2016")}</table:table-cell><table:table-cell>{p("311")}
    </table:table-cell></table:table-row><table:table-row><table:covered-table-cell/><table:table-cell>{p("2017")}
    </table:table-cell><table:table-cell>{p("402")}</table:table-cell></table:table-row></table:table>"""
    read = read_odt(document(tmp_path, body))

    assert (read.title, read.published) == ("A plan", "2024-05-03")
    assert read.text == (
        "## Needs\n1. apply\n- a) in person\n\nThen:\n2. wait\n- at home\n\n"
        "Country: Ghana | Year: 2016 | Men: 311\n\nCountry: Ghana | Year: 2017 | Men: 402"
    )


def test_changes_are_accepted_and_comments_left_out(tmp_path: Path) -> None:
    """Deleted text is kept apart in the file; blanks and line breaks have elements of their own."""
    deleted = f"<text:changed-region><text:deletion>{p('Old.')}</text:deletion></text:changed-region>"
    body = f"""<text:tracked-changes>{deleted}</text:tracked-changes>
    {p("One<text:s/>two<office:annotation>" + p("A comment.") + "</office:annotation>.<text:line-break/>Three.")}"""

    assert read_odt(document(tmp_path, body)).text == "One two.\n\nThree."


def test_footnotes_boxes_and_numbers_to_call_are_kept(tmp_path: Path) -> None:
    """Footnotes and footers at the end, a box behind its paragraph."""
    note = "<text:note><text:note-citation>1</text:note-citation>"
    note += f"<text:note-body>{p('Act 3.')}</text:note-body></text:note>"
    box = f"<draw:frame><draw:text-box>{p('A box.')}</draw:text-box></draw:frame>"
    footer = p("Page 1") + p("Helpline 0800 123 456")
    read = read_odt(document(tmp_path, p(f"It lasts{box} 45 days.{note}") + p("It ends."), footer))

    assert read.text.split("\n\n") == ["It lasts 45 days.", "A box.", "It ends.", "Act 3.", "Helpline 0800 123 456"]
    assert read.title == "Ours"
