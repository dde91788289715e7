"""The cross-encoder, which reads a question and a passage together: trained, exported and run."""
