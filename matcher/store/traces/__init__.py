"""Rows of the audit that reads leave, written together where they come together."""
