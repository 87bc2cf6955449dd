"""A file's text -> a model, snapshot or check: tokens, comments, annotations, its query's facts."""
