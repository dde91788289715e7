"""What a request passes before its route: keys, limits, lanes, headers, and the figures that count it."""
