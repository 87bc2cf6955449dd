"""What stands above all domains; it has no sample data of its own."""
