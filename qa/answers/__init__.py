"""The types of an answer: evidence, hits, citations, charts and the help card, and its fixed texts."""
