"""Measurements that are run by hand: what grows with the documents, and what others cost."""
