"""What comes before any search: cleaning, help for people at risk, and questions that no document can answer."""
