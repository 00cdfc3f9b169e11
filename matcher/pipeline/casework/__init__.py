"""Casework wired to the store, the law and the ranker."""
