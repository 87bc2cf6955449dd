"""A file's text -> a model, snapshot or check: tokens, comments, annotations, the facts of its query."""
