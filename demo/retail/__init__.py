"""Retail360's sample data: customers, products, stores, orders and their lines."""
