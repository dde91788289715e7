"""Ingest: documents that staff add, replace and delete, and builds of the index as jobs."""
