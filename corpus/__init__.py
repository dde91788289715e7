"""Documents: what they are, how files become them, and how they are cut into passages and sentences.

In: files that people wrote or saved. Out: clean Documents, and Passages and Spans that know where they stand in them.
Left out: searching (embeddings) and answering (qa).
"""

from corpus.chunking import cut_into_passages
from corpus.documents import Document, Passage, Span
from corpus.loaders import UnreadableDocument, load_documents
from corpus.sentences import is_list_item, lead_span, list_lead, split_sentences

__all__ = [
    "Document",
    "Passage",
    "Span",
    "UnreadableDocument",
    "cut_into_passages",
    "is_list_item",
    "lead_span",
    "list_lead",
    "load_documents",
    "split_sentences",
]
