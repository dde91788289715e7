"""Files become documents, or an error that names the cure."""

from pathlib import Path

import pytest

from corpus import UnreadableDocument, load_documents
from qa.cli.app import starter_collection


def test_front_matter_becomes_what_is_known_of_a_document(source: Path) -> None:
    """Every field of the front matter arrives in the document."""
    ghana = {document.id: document for document in load_documents([source])}["ghana-shelter"]

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
    [note] = load_documents([file])

    assert (note.id, note.title) == ("a-note-e", "The note")
    assert note.text == "A link and bold <b>tag</b>.\n3. three\n4. four\n\na | b\n\n1 | 2\n\n## Next\n\nquoted"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        pytest.param("a.md", b"---\ntitle: [\n---\nText", "not YAML", id="broken YAML"),
        pytest.param("a.md", b"---\ntitle: A\nText", "add a line of ---", id="front matter left open"),
        pytest.param("a.md", b"---\npublisher: IOM\n---\nText", "title", id="no title"),
        pytest.param("a.md", b"---\ntitle: A\nkind: gossip\n---\nText", "kind", id="unknown kind"),
        pytest.param("a.md", b"---\ntitle: A\npublished: soon\n---\nText", "published", id="no date"),
        pytest.param("a.md", b"---\ntitle: A\nauthor: B\n---\nText", "author", id="unknown field"),
        pytest.param("a.md", b"---\ntitle: A\n---\n", "no text", id="no body"),
        pytest.param("a.md", b"# A\n\n## B\n\n## C\n", "no text", id="headings alone"),
        pytest.param("a.txt", b"## B\n\n## C\n", "no text", id="headings alone in plain text"),
        pytest.param("a.txt", b"\xff\xfe\xfd", "not UTF-8", id="not UTF-8"),
        pytest.param("a.txt", b" \n ", "no text", id="blank"),
        pytest.param("a.pdf", b"%PDF", "no format", id="another format"),
        pytest.param("\u4f1a.txt", b"Text.", "rename", id="no Latin name"),
    ],
)
def test_a_bad_file_is_named_with_the_cure(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    """A file that can't be read is an error with its name and what to do."""
    (tmp_path / name).write_bytes(content)

    with pytest.raises(UnreadableDocument, match=told) as error:
        load_documents([tmp_path / name])

    assert str(tmp_path / name) in str(error.value)


def test_a_missing_path_an_empty_folder_and_equal_ids_are_errors(tmp_path: Path) -> None:
    """Nothing is passed over in silence."""
    with pytest.raises(UnreadableDocument, match="not there"):
        load_documents([tmp_path / "none"])
    with pytest.raises(UnreadableDocument, match="holds no document"):
        load_documents([tmp_path])
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "same.txt").write_text("Text.", encoding="utf-8")
    with pytest.raises(UnreadableDocument, match="rename one"):
        load_documents([tmp_path])
