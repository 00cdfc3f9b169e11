"""Layoffs before they happen: couples on one list and households that would lose all work."""
