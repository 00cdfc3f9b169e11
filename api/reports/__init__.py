"""Statutory tables."""
