"""Public data sets, read by path, and distractors to add to the index."""
