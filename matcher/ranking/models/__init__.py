"""Trained rankers: what they hold, how they score and tell, and how they rest on disk."""
