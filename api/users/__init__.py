"""Accounts, kept by administrators."""
