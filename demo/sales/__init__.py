"""Sales that are streamed and that come in batches: sample data and the tour."""
