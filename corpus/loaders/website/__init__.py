"""Fetch the pages of a website into a folder, from which they are read like other files."""
