"""Signing in by an office's own identity provider (OpenID Connect), beside names and passwords."""
