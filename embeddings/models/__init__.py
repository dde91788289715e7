"""Encoders: where their weights come from, how they run, what they remember, how they are tuned."""
