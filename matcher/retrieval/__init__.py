"""Thousands to hundreds, each pair remembering what found it."""
