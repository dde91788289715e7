"""Stand-ins for what tests do not have: models, servers, websites, files, and faults."""
