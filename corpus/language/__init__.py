"""Texts in any language: their words, numbers, dates, countries and ends of sentences."""
