"""The command line, `waymark`: its commands, and the printing of answers, progress and errors."""
