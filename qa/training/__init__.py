"""Training: the evidence encoder and the scorers made from questions with their evidence."""
