"""Evidence: the verbatim sentences of passages from which answers are made."""

from dataclasses import dataclass

from corpus import Document, Passage, Span


@dataclass(frozen=True, slots=True)
class Evidence:
    """A verbatim sentence of a passage that answers the question, with its support: 0 none, 1 full."""

    document: Document
    passage: Passage
    span: Span
    support: float

    def __post_init__(self) -> None:
        """Raise ValueError for a span outside the passage, a passage of other text, or a support outside 0 to 1."""
        passage = self.passage
        if not passage.start <= self.span.start < self.span.end <= passage.end:
            raise ValueError(f"{self.span} reaches outside passage {passage.id} at {passage.start}:{passage.end}")
        if self.document.text[passage.start : passage.end] != passage.text or passage.document_id != self.document.id:
            raise ValueError(f"passage {passage.id} does not stand in document {self.document.id} where it says")
        if not 0 <= self.support <= 1:
            raise ValueError(f"support lies between 0 and 1, not at {self.support}")

    @property
    def text(self) -> str:
        """The sentence, word for word."""
        return self.span.of(self.document.text)
