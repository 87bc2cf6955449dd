"""Sample data for the reference warehouse, and a guided tour of it (`python -m demo`)."""
