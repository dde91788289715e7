"""Public data sets, read by path, and distractors to search among."""
