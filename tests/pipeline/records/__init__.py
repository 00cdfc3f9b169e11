"""Tests of who writes and reads records."""
