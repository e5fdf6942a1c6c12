"""收集: lists that come from elsewhere, events with several requests, and what cannot wait."""
