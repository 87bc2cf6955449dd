"""What is kept on disk from one process to the next, so that nothing is read twice."""
