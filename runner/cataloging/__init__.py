"""Migrations, in the order of their deployment -> the objects that they leave behind."""
