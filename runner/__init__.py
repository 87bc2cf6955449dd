"""Migrations and models for Snowflake in pure SQL, with a thin Python runner."""

__version__ = "0.1.0"
