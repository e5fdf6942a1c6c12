"""Pages of petitions: HTTP in, use cases called, templates out."""
