"""Tests of matcher/reference."""
