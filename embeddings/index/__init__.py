"""The index: vectors and words of passages, kept in generations that are built beside the one that serves."""
