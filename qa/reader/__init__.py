"""Reading: which sentences of the passages found answer a question, and whether any do."""
