"""Databases of one target beside each other: what differs between two, what no file builds."""
