"""Checks before any search: sanitize messages, detect people at risk, and route what no document can answer."""
