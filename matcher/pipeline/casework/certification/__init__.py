"""Certification wired to the store and the law."""
