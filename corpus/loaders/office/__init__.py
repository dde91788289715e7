"""Read office files and books: a module a format, and what these share."""
