"""Documents that say the same are found; those that differ in a number are not."""

import time
from dataclasses import replace
from itertools import combinations
from random import Random

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


def test_the_time_grows_with_the_documents() -> None:
    """Four times as many documents that share most of their sentences take no more than eight times as long."""

    def seconds(number: int) -> float:
        shared = [f"This is sentence {place} of all pages." for place in range(40)]
        own = (" ".join(f"Page {page} says {place}." for place in range(10)) for page in range(number))
        documents = [Document(f"d{page}", "Title", " ".join([*shared, text])) for page, text in enumerate(own)]
        begin = time.perf_counter()
        assert duplicates(documents) == {}
        return time.perf_counter() - begin

    seconds(500)
    assert seconds(2000) < 8 * seconds(500)
