"""A question understood: parsed, corrected, completed by earlier turns, taken apart."""
