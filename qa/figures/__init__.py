"""Questions on figures: they are recognised, looked up in the tables of `corpus.figures`, and answered.

In: a question, its vector, the tables. Out: an Answer whose first statements are figures, each citing its rows.
"""
