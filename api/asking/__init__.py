"""How routes ask: the assistant that serves, kept answers, quotes, and streams."""
