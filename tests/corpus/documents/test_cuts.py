"""Documents are cut once: a build of documents that have not changed takes their cuts from the cache."""

from pathlib import Path

import pytest

from corpus import Document, Passage, cut_into_passages, split_sentences
from corpus.documents import cuts
from corpus.documents.cuts import cut_cached

TEXT = "## Help\n\nA shelter opened. It has forty beds.\n\n- food;\n- a bed."


def test_the_cuts_of_a_known_text_are_those_of_a_new_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another document with the same text has the same cuts, under its own id and title; a new text is cut."""
    file = tmp_path / "cuts.sqlite"
    first = Document("a", "A", TEXT)
    [(_, before)] = cut_cached([first], file)
    cut: list[str] = []

    def count_cuts(document: Document) -> list[Passage]:
        cut.append(document.id)
        return cut_into_passages(document)

    monkeypatch.setattr(cuts, "cut_into_passages", count_cuts)
    renamed, changed = Document("b", "B", TEXT), Document("c", "C", f"{TEXT}\n\nIt is open.")
    after = list(cut_cached([first, renamed, changed], file))

    assert before == [
        (passage, split_sentences(TEXT, passage.start, passage.end)) for passage in cut_into_passages(first)
    ]
    assert [document for document, _ in after] == [first, renamed, changed]
    assert after[0][1] == before
    assert [passage.id for passage, _ in after[1][1]] == ["b#1"]
    assert [passage.title for passage, _ in after[1][1]] == ["B"]
    assert cut == ["c"]
