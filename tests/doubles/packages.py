"""Office files for tests, of the parts that matter."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
SHOW = "http://schemas.openxmlformats.org/presentationml/2006/main"
STYLES = """
<w:style w:styleId="Titel"><w:name w:val="Title"/></w:style>
<w:style w:styleId="berschrift1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
<w:style w:styleId="Eigene"><w:name w:val="Ours"/><w:basedOn w:val="berschrift1"/></w:style>
<w:style w:styleId="Verzeichnis1"><w:name w:val="toc 1"/></w:style>
<w:style w:styleId="Liste"><w:name w:val="List Bullet"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
"""
NUMBERING = """
<w:abstractNum w:abstractNumId="7">
<w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="o"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="8">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1.%2)"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num>
"""
CORE = (
    '<cp:coreProperties xmlns:cp="core" xmlns:dc="dc" xmlns:dcterms="dcterms">'
    "<dc:title>{title}</dc:title><dcterms:modified>2024-05-03T10:00:00Z</dcterms:modified></cp:coreProperties>"
)


def write_package(file: Path, parts: Mapping[str, str]) -> Path:
    """Write a package of parts."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file


def relations(*targets: tuple[str, str, str]) -> str:
    """Return the part that names others, by their ids, types and names."""
    named = "".join(
        f'<Relationship Id="{id}" Type="{RELATIONS}/{type}" Target="{name}"/>' for id, type, name in targets
    )
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{named}</Relationships>'
    )


def word_parts(body: str, *, title: str = "", **others: str) -> dict[str, str]:
    """Return the parts of a .docx file with a body in WordprocessingML; others are footnotes, footer and so on."""
    parts = {"styles": STYLES, "numbering": NUMBERING, **others}
    return {
        "_rels/.rels": relations(
            ("a", "officeDocument", "word/document.xml"), ("b", "metadata/core-properties", "docProps/core.xml")
        ),
        "word/_rels/document.xml.rels": relations(*((name, name, f"{name}.xml") for name in parts)),
        "word/document.xml": f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>',
        "docProps/core.xml": CORE.format(title=title),
        **{f"word/{name}.xml": f'<w:{name} xmlns:w="{WORD}">{content}</w:{name}>' for name, content in parts.items()},
    }


def word_paragraph(text: str, properties: str = "") -> str:
    """Return a paragraph in WordprocessingML."""
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def word_table(*rows: str) -> str:
    """Return a table in WordprocessingML of rows whose cells are parted by bars."""
    cells = ["".join(f"<w:tc>{word_paragraph(cell)}</w:tc>" for cell in row.split("|")) for row in rows]
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"
