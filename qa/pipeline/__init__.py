"""The pipeline: the steps from a question to its answer, in order."""
