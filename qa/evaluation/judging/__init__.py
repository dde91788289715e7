"""Judging: gold questions are read and asked, and their answers measured."""
