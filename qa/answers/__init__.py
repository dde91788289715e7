"""The types of an answer: evidence, hits and citations, figures' charts and the help card, and its fixed texts."""
