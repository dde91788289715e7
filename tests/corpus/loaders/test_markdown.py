"""Markdown files become documents, their front matter the documents' metadata."""

from pathlib import Path

import pytest

from corpus import UnreadableDocument, load_documents
from corpus.loaders.markdown import load_markdown
from qa.cli.app import starter_collection


def test_front_matter_becomes_the_metadata_of_a_document(source: Path) -> None:
    """Every field of the front matter is in the document."""
    [ghana] = load_markdown([source / "ghana-shelter.md"])

    assert ghana.id == "ghana-shelter"
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
    [note] = load_markdown([file])

    assert (note.id, note.title) == ("a-note-e", "The note")
    assert note.text == "A link and bold <b>tag</b>.\n3. three\n4. four\n\na | b\n\n1 | 2\n\n## Next\n\nquoted"


def test_a_file_without_title_is_named_after_its_file(tmp_path: Path) -> None:
    """Line ends of Windows are read too."""
    (tmp_path / "field-notes.md").write_bytes(b"One line.\r\nAnother.\r\n")
    [document] = load_markdown([tmp_path / "field-notes.md"])

    assert (document.title, document.text) == ("Field notes", "One line. Another.")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param("---\ntitle: [\n---\nText", "line 3: the front matter is not YAML", id="broken YAML"),
        pytest.param("---\ntitle: A\nText", "add a line of ---", id="front matter left open"),
        pytest.param("---\npublisher: IOM\n---\nText", "title: Field required; see an example", id="no title"),
        pytest.param("---\ntitle: A\nkind: gossip\n---\nText", "kind", id="unknown kind"),
        pytest.param("---\ntitle: A\npublished: soon\n---\nText", "published", id="no date"),
        pytest.param("---\ntitle: A\nauthor: B\n---\nText", "author", id="unknown field"),
        pytest.param("---\ntitle: A\n---\n", "no text", id="no body"),
        pytest.param("# A\n\n## B\n\n## C\n", "no text", id="headings alone"),
    ],
)
def test_a_wrong_file_is_named_with_the_cure(tmp_path: Path, content: str, message: str) -> None:
    """A file that can't be understood is an error with its path and what to do."""
    (tmp_path / "a.md").write_text(content, encoding="utf-8")

    with pytest.raises(UnreadableDocument, match=message) as error:
        load_markdown([tmp_path / "a.md"])

    assert str(tmp_path / "a.md") in str(error.value)
