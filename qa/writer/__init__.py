"""Writing: evidence becomes statements with citations, and questions that can be asked next."""
