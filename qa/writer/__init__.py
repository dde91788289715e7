"""Writing: compose statements with citations from evidence, and offer related questions."""
