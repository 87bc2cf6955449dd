"""Plan + engine -> results: when each step runs, what it does, how it is stopped and undone."""
