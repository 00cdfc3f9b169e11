"""Visits and calls: planned, made, and what they move in the law."""
