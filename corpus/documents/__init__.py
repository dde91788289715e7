"""Documents: their types, how they are cleaned, cut and counted, and what a collection of them holds."""
