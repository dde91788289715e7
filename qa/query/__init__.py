"""Query understanding: parse a question, correct, rewrite and decompose it."""
