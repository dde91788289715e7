"""Reading: select the sentences of retrieved passages that answer a question, if any do."""
