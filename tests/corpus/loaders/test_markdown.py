"""Markdown files become documents, their front matter the documents' metadata."""

from pathlib import Path

import pytest

from corpus import UnreadableDocument, load_documents
from corpus.loaders.markdown import read_markdown
from qa.cli.paths import starter_collection


def test_front_matter_becomes_the_metadata_of_a_document(source: Path) -> None:
    """Every field of the front matter is in the document."""
    ghana = read_markdown(source / "ghana-shelter.md")

    assert ghana.title == "Shelter for trafficked children opens in Accra"
    assert ghana.url == "https://example.org/accra-shelter"
    assert (ghana.publisher, ghana.kind, ghana.published) == ("IOM", "news", "2015-03-12")
    assert (ghana.countries, ghana.themes, ghana.is_summary) == (("Ghana",), ("protection", "children"), True)
    assert ghana.text.endswith("The shelter offers:\n- schooling;\n- medical care;\n- legal aid.")


def test_the_starter_collection_loads_as_it_is_written() -> None:
    """All 288 briefs load, and their text is that of their files."""
    briefs = load_documents([starter_collection()])
    bodies = {
        file.stem: file.read_text(encoding="utf-8").split("---\n", 2)[2] for file in starter_collection().glob("*.md")
    }

    assert len(briefs) == 288
    assert all("".join(brief.text.split()) == "".join(bodies[brief.id].split()) for brief in briefs)
    assert all(brief.is_summary and brief.url for brief in briefs)


def test_markdown_is_read_by_its_grammar(tmp_path: Path) -> None:
    """Inline marks, wrapped lines, lists, tables and HTML become plain lines; the first heading is the title."""
    file = tmp_path / "A Note é.md"
    file.write_text(
        "# The *note*\n\nA [link](https://example.org) and\n**bold** <b>tag</b>.\n\n3. three\n4. four\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n## Next\n\n> quoted\n",
        encoding="utf-8",
    )
    note = read_markdown(file)

    assert note.title == "The note"
    assert note.text == "A link and bold <b>tag</b>.\n3. three\n4. four\n\na: 1 | b: 2\n\n## Next\n\nquoted"


def test_a_file_without_title_is_named_after_its_file(tmp_path: Path) -> None:
    """Line ends of Windows are read too."""
    (tmp_path / "field-notes.md").write_bytes(b"One line.\r\nAnother.\r\n")
    [document] = load_documents([tmp_path / "field-notes.md"])

    assert (document.title, document.text) == ("Field notes", "One line. Another.")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param("---\ntitle: [\n---\nText", "not YAML in line 3", id="broken YAML"),
        pytest.param("---\ntitle: A\nText", "add a line of ---", id="front matter left open"),
    ],
)
def test_a_wrong_file_is_refused_with_the_cure(tmp_path: Path, content: str, message: str) -> None:
    """What can't be understood is an error that says what to do."""
    (tmp_path / "a.md").write_text(content, encoding="utf-8")

    with pytest.raises(UnreadableDocument, match=message):
        read_markdown(tmp_path / "a.md")


def test_stars_in_numbers_are_no_emphasis(tmp_path: Path) -> None:
    """A code that people dial, or a product, is read as it stands; a word in stars loses them."""
    (tmp_path / "a.md").write_text("Dial *115*3# or 5*3*2, *free of charge*, **at once**.", encoding="utf-8")

    assert read_markdown(tmp_path / "a.md").text == "Dial *115*3# or 5*3*2, free of charge, at once."


def test_comments_are_no_text(tmp_path: Path) -> None:
    """What an author hides from readers is never quoted, even where the comment is not closed."""
    (tmp_path / "a.md").write_text(
        "Open.<!-- INTERNAL:\n\nsecret --> Really.\n\n<!-- more\n\nsecrets", encoding="utf-8"
    )

    assert read_markdown(tmp_path / "a.md").text == "Open. Really."


def test_rows_of_a_table_carry_their_headings(tmp_path: Path) -> None:
    """A row that is quoted by itself says what its figures are."""
    (tmp_path / "a.md").write_text("| Country | Women |\n|---|---|\n| Ghana | 241 |\n| Togo | |\n", encoding="utf-8")

    assert read_markdown(tmp_path / "a.md").text == "Country: Ghana | Women: 241\n\nCountry: Togo"


def test_stars_in_numbers_stand_as_they_are_where_nothing_is_emphasis(tmp_path: Path) -> None:
    """Front matter, code and escaped stars too tell the number that people dial."""
    (tmp_path / "a.md").write_text(
        "---\ntitle: Dial 115*3#\n---\nOr `*115*3#`, or \\*115*3#, or [115*3#](x).\n\n    5*3#\n", encoding="utf-8"
    )
    read = read_markdown(tmp_path / "a.md")

    assert (read.title, read.text) == ("Dial 115*3#", "Or *115*3#, or *115*3#, or 115*3#.\n\n5*3#")
