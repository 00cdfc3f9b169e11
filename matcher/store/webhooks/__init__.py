"""Subscribers outside: kept with how far each was told."""
