"""Accounts at rest: passwords as argon2 makes them, tokens as digests, lockout."""
