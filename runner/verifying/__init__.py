"""Proving that increments equal full rebuilds: a project's data, cut into batches, in a scratch
database."""
