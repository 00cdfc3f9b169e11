"""Statutory tables: the monthly table, scorecards of communities, registers; each drills down."""
