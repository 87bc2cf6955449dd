"""Willow's Spoon: what the sync tool writes about a shop, with a shop's troubles."""
