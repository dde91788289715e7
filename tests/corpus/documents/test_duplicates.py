"""Documents that say the same are found; those that differ in a number are not."""

from dataclasses import replace
from itertools import combinations
from random import Random

import pytest

from corpus import Document
from corpus.documents.duplicates import SIMILAR, duplicates
from corpus.language.text import numbers_in

TEXT = " ".join(f"Shelter {name} has a garden." for name in "ABCDEFGHIJKLMNOPQRST")
ONE = Document("one", "One", f"{TEXT} It opened in 2018.")


def test_near_duplicates_are_folded() -> None:
    """A sentence more or less makes no other document."""
    other = replace(ONE, id="other", text=f"{ONE.text} Everybody came.")

    assert duplicates([ONE, other]) == {"other": "one"}


def test_a_corrected_number_makes_another_document() -> None:
    """A corrigendum is no duplicate of what it corrects."""
    assert duplicates([ONE, replace(ONE, id="other", text=f"{TEXT} It opened in 2019.")]) == {}


def test_the_one_that_tells_its_origin_is_kept() -> None:
    """An address and a date are worth more than being first."""
    assert duplicates([ONE, replace(ONE, id="two", url="https://example.org")]) == {"one": "two"}


def is_near(one: set[str], other: set[str]) -> bool:
    """Return whether two sets of sentences are those of near-duplicates."""
    numbers = [numbers_in(" ".join(own)) for own in (one - other, other - one)]
    return len(one & other) >= SIMILAR * len(one | other) and numbers[0] == numbers[1]


def test_all_are_found_that_comparing_each_with_each_would_find() -> None:
    """Of documents that share sentences at random, some nearly all of them."""
    random = Random(5)  # noqa: S311
    sentences = [f"The shelter of {random.random()} is open." for _ in range(200)]
    documents = []
    for number in range(60):
        chosen = random.sample(sentences, random.randint(1, 60))
        for copy in range(3):
            kept = [sentence.replace("open", "shut") if random.random() < 0.04 else sentence for sentence in chosen]
            documents.append(Document(f"{number}-{copy}", "Title", "\n".join(kept)))
    said = {document.id: set(document.text.split("\n")) for document in documents}
    near = [pair for pair in combinations(said, 2) if is_near(*map(said.__getitem__, pair))]
    folded = duplicates(documents)
    kept = said.keys() - folded.keys()

    assert 20 < len(folded) < 120
    assert not [pair for pair in near if kept.issuperset(pair)]


def test_only_documents_that_share_a_rare_sentence_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands on all pages leads to no comparison, so that the work grows with the documents, not their square."""
    compared: list[int] = []
    monkeypatch.setattr(
        "corpus.documents.duplicates._is_similar", lambda one, other: bool(compared.append(len(one & other)))
    )
    shared = [f"This is sentence {place} of all pages." for place in range(40)]
    own = [" ".join(f"Page {page} says {place}." for place in range(10)) for page in range(500)]
    pages = [Document(f"d{page}", "Title", " ".join([*shared, text])) for page, text in enumerate(own)]

    assert duplicates(pages) == {}
    assert compared == []
    assert duplicates([*pages, Document("d500", "Title", own[0])]) == {}
    assert compared == [10]
