"""What a collection of files holds, and what became of it since it was read before.

In: the documents and reports of a reading. Out: types, and the Changes between two readings.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from corpus.documents.document import Document


class Outcome(StrEnum):
    """What became of a file."""

    READ = "read"
    PARTLY = "partly read"
    SKIPPED = "skipped"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, order=True)
class FileReport:
    """What became of a file, why, and what to do; `document` is the id of its document, or empty."""

    file: str
    outcome: Outcome
    reason: str = ""
    document: str = ""


@dataclass(frozen=True, slots=True)
class Collection:
    """The documents of some files, sorted by id, and a report for each file, sorted by its name."""

    documents: tuple[Document, ...]
    reports: tuple[FileReport, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """How many documents were added, changed, left as they were, and removed."""

    added: int
    changed: int
    unchanged: int
    removed: int


def changes_between(before: Mapping[str, Document], after: Mapping[str, Document]) -> Changes:
    """Return what changed from some documents to others, both by id.

    >>> one, two = Document("a", "A", "Text."), Document("a", "A", "Other text.")
    >>> changes_between({"a": one, "b": one}, {"a": two, "c": one})
    Changes(added=1, changed=1, unchanged=0, removed=1)
    """
    kept = before.keys() & after.keys()
    unchanged = sum(before[id] == after[id] for id in kept)
    return Changes(len(after) - len(kept), len(kept) - unchanged, unchanged, len(before) - len(kept))
