"""Figures for the office's monitoring."""
