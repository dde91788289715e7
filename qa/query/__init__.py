"""Query understanding: parse a question, correct and decompose it, and add what the turns before it add."""
