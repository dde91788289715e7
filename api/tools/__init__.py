"""The doors for other tools: OpenAI's API and the Model Context Protocol."""
