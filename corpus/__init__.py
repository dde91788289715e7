"""The corpus: load files as Documents, and cut Documents into passages and sentences.

In: files that people wrote or saved (`loaders/`), such as the starter collection in `briefs/`. Out: clean Documents,
and Passages and Spans with their offsets in a Document's text.
Left out: how passages are found (embeddings) and how questions are answered (qa).
"""

from corpus.documents.chunking import cut_into_passages
from corpus.documents.document import Document, Passage, Span
from corpus.documents.sentences import is_list_item, lead_span, list_items, list_lead, split_sentences, whole_item
from corpus.loaders.base import UnreadableDocument
from corpus.loaders.files import load_documents, read_collection

__all__ = [
    "Document",
    "Passage",
    "Span",
    "UnreadableDocument",
    "cut_into_passages",
    "is_list_item",
    "lead_span",
    "list_items",
    "list_lead",
    "load_documents",
    "read_collection",
    "split_sentences",
    "whole_item",
]
