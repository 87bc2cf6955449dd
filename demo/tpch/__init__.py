"""Sample data of the wholesale of parts: TPC-H."""
