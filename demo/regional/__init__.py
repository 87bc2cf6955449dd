"""Sample data of the regional sales: what four extractions land every day."""
