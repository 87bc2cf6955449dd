"""Nodes and what exists of them -> Snowflake statements; pure, no database is known here."""
