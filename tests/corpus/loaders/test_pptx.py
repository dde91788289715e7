"""Presentations are read slide by slide, each below its title."""

import zipfile
from pathlib import Path

from corpus.loaders.office.pptx import read_pptx
from doubles.packages import CORE, DRAWING, RELATIONS, SHOW, relations, write_package


def shape(*texts: str, place: str = "", properties: str = "") -> str:
    """Return a shape with paragraphs, which fills a place of the layout if that has a name."""
    filled = f'<p:ph type="{place}"/>' if place else ""
    paragraphs = "".join(f"<a:p><a:pPr>{properties}</a:pPr><a:r><a:t>{text}</a:t></a:r></a:p>" for text in texts)
    return f"<p:sp><p:nvSpPr><p:nvPr>{filled}</p:nvPr></p:nvSpPr><p:txBody>{paragraphs}</p:txBody></p:sp>"


def presentation(folder: Path, *slides: str, shown: str = "", hidden: int = 0) -> Path:
    """Write a presentation; `shown` is the order in which its slides are, by their numbers."""
    spaces = f'xmlns:a="{DRAWING}" xmlns:p="{SHOW}" xmlns:r="{RELATIONS}"'
    order = shown or "".join(str(number) for number, _ in enumerate(slides, start=1))
    listed = "".join(f'<p:sldId id="{256 + int(number)}" r:id="s{number}"/>' for number in order)
    parts = {
        "_rels/.rels": relations(
            ("a", "officeDocument", "ppt/presentation.xml"), ("b", "core-properties", "docProps/core.xml")
        ),
        "docProps/core.xml": CORE.format(title="PowerPoint Presentation"),
        "ppt/presentation.xml": f"<p:presentation {spaces}><p:sldIdLst>{listed}</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": relations(
            *((f"s{number}", "slide", f"slides/{number}.xml") for number in order)
        ),
    }
    for number, slide in enumerate(slides, start=1):
        show = ' show="0"' if number == hidden else ""
        parts[f"ppt/slides/{number}.xml"] = (
            f"<p:sld {spaces}{show}><p:cSld><p:spTree>{slide}</p:spTree></p:cSld></p:sld>"
        )
        parts[f"ppt/slides/_rels/{number}.xml.rels"] = relations(("d", "diagramData", "../diagrams/1.xml"))
    parts["ppt/diagrams/1.xml"] = f'<d xmlns:a="{DRAWING}"></d>'
    return write_package(folder / "a.pptx", parts)


def test_slides_come_in_the_order_in_which_they_are_shown(tmp_path: Path) -> None:
    """Not in that of their files; each below its title, though that may stand last in its file."""
    opening = shape("A plan for shelters", place="ctrTitle")
    needs = shape("Beds", "Food", place="body") + shape("Needs", place="title")
    costs = shape("Costs", place="title") + shape("Norway pays.")
    read = read_pptx(presentation(tmp_path, costs, needs, opening, shown="321"))

    assert read.text == "## Needs\n- Beds\n- Food\n\n## Costs\n\nNorway pays."
    assert (read.title, read.published) == ("A plan for shelters", "2024-05-03")


def test_items_are_told_by_their_marks(tmp_path: Path) -> None:
    """Numbers count, and a body that takes its marks off has paragraphs."""
    numbered = shape("apply", "wait", properties='<a:buAutoNum type="arabicPeriod"/>')
    plain = shape("One.", "Two.", place="body", properties="<a:buNone/>")

    assert read_pptx(presentation(tmp_path, numbered + plain)).text == "1. apply\n2. wait\n\nOne.\n\nTwo."


def test_tables_and_diagrams_are_read(tmp_path: Path) -> None:
    """A diagram keeps its texts beside its slide."""
    cells = [["Year", "Men"], ["2016", "311"]]
    rows = "".join(
        f"<a:tr>{''.join(f'<a:tc><a:p><a:r><a:t>{cell}</a:t></a:r></a:p></a:tc>' for cell in row)}</a:tr>"
        for row in cells
    )
    file = presentation(tmp_path, f"<p:graphicFrame><a:tbl><a:tblPr firstRow='1'/>{rows}</a:tbl></p:graphicFrame>")
    diagram = f'<d xmlns:a="{DRAWING}"><a:p><a:r><a:t>Identify</a:t></a:r></a:p></d>'

    assert read_pptx(file).text == "Year: 2016 | Men: 311"
    change_part(file, "ppt/diagrams/1.xml", diagram)
    assert read_pptx(file).text == "Year: 2016 | Men: 311\n- Identify"


def change_part(file: Path, part: str, content: str) -> None:
    """Replace a part of a package."""
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    write_package(file, parts | {part: content})


def test_hidden_slides_and_margins_are_no_text(tmp_path: Path) -> None:
    """A note tells of the slides; a number to call in a footer stays."""
    shown = shape("Text.") + shape("7", place="sldNum") + shape("Helpline 0800 123 456", "Page", place="ftr")
    read = read_pptx(presentation(tmp_path, shown, shape("Draft."), hidden=2))

    assert read.text == "Text.\n\nHelpline 0800 123 456"
    assert read.notes == ("1 hidden slides were passed over; show them if they are to be read",)
