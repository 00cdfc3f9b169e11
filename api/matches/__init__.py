"""Ranked lists, both ways: posts for a person, people for a post."""
