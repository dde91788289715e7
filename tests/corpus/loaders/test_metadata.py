"""Documents are described by front matter or by a `documents.csv` beside them; what is not understood is told."""

from pathlib import Path

import pytest

from corpus import UnreadableDocument
from corpus.loaders.base import Extraction
from corpus.loaders.metadata import SIDECAR, described, read_sidecar


def test_single_values_become_lists_and_dates_become_iso() -> None:
    """Writers of front matter need not know how it is kept."""
    told = described(
        Extraction("Text.", title="Old"),
        {
            "title": "New",
            "countries": ["Ghana", "Togo"],
            "themes": "children; shelter",
            "published": 2024,
            "summary": True,
        },
    )

    assert (told.title, told.published, told.is_summary) == ("New", "2024", True)
    assert (told.countries, told.themes) == (("Ghana", "Togo"), ("children", "shelter"))
    assert not told.notes


def test_what_is_not_understood_is_told_and_changes_nothing() -> None:
    """An unknown field and a date that may be two are passed over with a word; empty values say nothing."""
    told = described(Extraction("Text.", published="2020"), {"colour": "red", "published": "3/4/2024", "title": None})

    assert (told.published, told.title) == ("2020", "")
    assert told.notes == (
        "the field colour is not known and was passed over",
        "3/4/2024 was not understood as one date; write it like 2024-05-03",
    )


def test_only_plain_values_are_taken() -> None:
    """What YAML can nest, and multiply, is passed over with a word."""
    told = described(Extraction("Text."), {"title": [["a"]], "countries": [["a"]], "kind": {"a": 1}})

    assert (told.title, told.countries, told.kind) == ("", (), "")
    assert len(told.notes) == 3


def test_a_sidecar_names_the_files_beside_it(tmp_path: Path) -> None:
    """It is a table with the column `file`, in any usual encoding."""
    (tmp_path / SIDECAR).write_text("file,title,published\na.pdf,Trafficking in Lomé,2024\n", encoding="utf-16")

    assert read_sidecar(tmp_path / SIDECAR) == {"a.pdf": {"title": "Trafficking in Lomé", "published": "2024"}}
    (tmp_path / SIDECAR).write_text("name,title\na.pdf,A\n", encoding="utf-8")
    with pytest.raises(UnreadableDocument, match="no column file"):
        read_sidecar(tmp_path / SIDECAR)


@pytest.mark.parametrize("value", ["", " ", "\u200b"], ids=ascii)
def test_blank_values_change_nothing(value: str) -> None:
    """Neither a list nor a text is emptied by them."""
    told = described(Extraction("Text.", title="Old", countries=("Togo",)), {"title": value, "countries": value})

    assert (told.title, told.countries) == ("Old", ("Togo",))
    assert described(Extraction("Text.", themes=("food",)), {"themes": " ; "}).themes == ("food",)
    assert described(Extraction("Text."), {"countries": "Ghana; "}).countries == ("Ghana",)


def test_a_sidecar_is_read_as_a_table_program_writes_it(tmp_path: Path) -> None:
    """A quoted cell may hold line breaks, and rows that are short, blank or name no file are no error."""
    (tmp_path / SIDECAR).write_bytes(
        b'title,file,kind\r\n"Two\r\nlines",a.pdf,news\r\nOnly a title\r\n,,\r\n,b.pdf\r\n'
    )

    assert read_sidecar(tmp_path / SIDECAR) == {
        "a.pdf": {"title": "Two\r\nlines", "kind": "news"},
        "b.pdf": {"title": "", "kind": None},
    }


def test_a_sidecar_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """The reason is told, whether its content or the system is in the way."""
    (tmp_path / SIDECAR).write_text(f"file,title\na.pdf,{'x' * 200_000}\n", encoding="utf-8")

    with pytest.raises(UnreadableDocument, match="field larger than field limit"):
        read_sidecar(tmp_path / SIDECAR)
    with pytest.raises(UnreadableDocument, match="it can't be read: Is a directory"):
        read_sidecar(tmp_path)
