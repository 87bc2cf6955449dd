"""Migrations: which are pending, and deploying them by schemachange."""
