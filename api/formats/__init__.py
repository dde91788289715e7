"""How requests and replies are written: JSON and its limits, problem details, and HTML."""
